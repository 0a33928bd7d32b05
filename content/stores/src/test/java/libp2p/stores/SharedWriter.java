package libp2p.stores;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.blocks.BlockStore;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;

/** A node that writes into a shared store until it is killed, and tells what was acknowledged. */
final class SharedWriter {
    private SharedWriter() {}

    static BlockStore open(String kind, int port) throws Exception {
        return kind.equals("sql")
                ? SqlBlockStore.open(
                        SystemEnvironment.shared(), Servers.source(port), "blocks", SharedStoreLimits.DEFAULT)
                : S3BlockStore.open(SystemEnvironment.shared(), Servers.options(port), SharedStoreLimits.DEFAULT);
    }

    public static void main(String[] args) throws Exception {
        Random random = new Random(Long.parseLong(args[2]));
        SqlDatastore records =
                args[0].equals("sql") ? SqlDatastore.open(Servers.source(Integer.parseInt(args[1])), "records") : null;
        try (BlockStore store = open(args[0], Integer.parseInt(args[1]))) {
            for (int i = 0; ; i++) {
                List<Block> batch = new ArrayList<>();
                for (int j = 0; j < 4; j++) {
                    byte[] data = new byte[1 + random.nextInt(20_000)];
                    random.nextBytes(data);
                    batch.add(Block.of(Multicodec.RAW, data));
                }
                store.putAll(batch);
                if (records != null) {
                    records.put(
                            ("provider/" + args[2] + "/" + i).getBytes(StandardCharsets.US_ASCII),
                            ByteBuffer.allocate(4).putInt(i).array());
                }
                StringBuilder line = new StringBuilder(Integer.toString(i));
                batch.forEach(block -> line.append(' ').append(block.cid()));
                System.out.println(line);
                System.out.flush();
            }
        }
    }
}
