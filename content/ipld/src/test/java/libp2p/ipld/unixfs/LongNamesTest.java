package libp2p.ipld.unixfs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.junit.jupiter.api.Test;

/** Directories whose names are as long as blocks: a reader that lists them holds one name at a time. */
class LongNamesTest {
    private final Map<Cid, byte[]> blocks = new HashMap<>();

    private Cid put(byte[] data) {
        Cid cid = Cid.v1(Multicodec.DAG_PB, Multihash.sha256(data));
        blocks.put(cid, data);
        return cid;
    }

    private static byte[] shard(Map<Integer, PbLink> links) {
        byte[] bits = new byte[32];
        List<PbLink> ordered = new ArrayList<>();
        for (int bucket = 0; bucket < 256; bucket++) {
            PbLink link = links.get(bucket);
            if (link != null) {
                bits[31 - bucket / 8] |= (byte) (1 << bucket % 8);
                ordered.add(new PbLink(link.hash(), Hamt.prefix(bucket, 256) + link.nameOrEmpty(), 1));
            }
        }
        return DagPb.write(ordered, UnixFsNode.shard(bits, 256, Metadata.NONE));
    }

    /** A directory of two levels. */
    private Cid directory(int entries, int nameBytes) {
        Map<Integer, Map<Integer, PbLink>> children = new HashMap<>();
        Cid file = put(DagPb.write(List.of(), UnixFsNode.directory(Metadata.NONE)));
        for (int i = 0; i < entries; i++) {
            String name = i + "-" + "x".repeat(nameBytes);
            long hash = Hamt.hash(name);
            children.computeIfAbsent(Hamt.bucket(hash, 0, 256), bucket -> new HashMap<>())
                    .put(Hamt.bucket(hash, 1, 256), new PbLink(file, name, 1));
        }
        Map<Integer, PbLink> root = new HashMap<>();
        children.forEach((bucket, links) -> root.put(bucket, new PbLink(put(shard(links)), "", 1)));
        return put(shard(root));
    }

    @Test
    void aShardedDirectoryIsListedWithoutHoldingItsNames() throws IOException {
        Cid root = directory(100, 100_000);
        List<WeakReference<String>> names = new ArrayList<>();
        long[] held = {0};
        new UnixFsReader(blocks::get).list(root, entry -> {
            names.add(new WeakReference<>(entry.name()));
            if (names.size() == 90) {
                System.gc();
                held[0] = names.stream().filter(name -> name.get() != null).count();
            }
            return true;
        });
        assertThat(names).hasSizeGreaterThan(95);
        assertThat(held[0]).isLessThan(20);
    }
}
