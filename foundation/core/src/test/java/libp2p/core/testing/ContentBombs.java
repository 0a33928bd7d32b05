package libp2p.core.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;

/** Content of a few kilobytes whose parts are reached on more ways than anything can walk. */
public final class ContentBombs {
    private static final int FANOUT = 256;
    private static final long DAG_PB = 0x70;
    private static final long RAW = 0x55;

    /**
     * A bomb.
     *
     * @param root of all
     * @param blocks by CID, the root last
     */
    public record Bomb(Cid root, Map<Cid, byte[]> blocks) {
        /** Bytes of all blocks. */
        public long bytes() {
            return blocks.values().stream().mapToLong(data -> data.length).sum();
        }
    }

    private record Link(Cid cid, String name) {}

    private ContentBombs() {}

    /**
     * A sharded directory of shards below each other, of which each fills all of its buckets with the same next one. Eight of
     * them and a file are 95 kB and 2⁶⁴ entries of 256 names.
     *
     * @param levels of shards, at most 8
     * @param names whether the last shard has entries; without it is empty
     */
    public static Bomb shards(int levels, boolean names) {
        Map<Cid, byte[]> blocks = new LinkedHashMap<>();
        Cid below = put(blocks, RAW, new byte[] {1});
        for (int level = 0; level < levels; level++) {
            boolean last = level == 0;
            List<Link> links = new ArrayList<>();
            for (int bucket = 0; bucket < (last && !names ? 0 : FANOUT); bucket++) {
                links.add(new Link(below, String.format(Locale.ROOT, last ? "%02Xname" : "%02X", bucket)));
            }
            byte[] bits = new byte[links.size() / 8];
            Arrays.fill(bits, (byte) 0xff);
            byte[] shard = new ProtobufWriter()
                    .uint64(1, 5)
                    .bytes(2, bits)
                    .uint64(5, 0x22)
                    .uint64(6, FANOUT)
                    .toByteArray();
            below = put(blocks, DAG_PB, node(links, shard));
        }
        return new Bomb(below, blocks);
    }

    /**
     * A file of nodes below each other, of which each has the same next one twice: 2ⁿ times one byte.
     *
     * @param doublings n, at most 62
     */
    public static Bomb file(int doublings) {
        Map<Cid, byte[]> blocks = new LinkedHashMap<>();
        Cid below = put(blocks, RAW, new byte[] {1});
        for (int i = 0; i < doublings; i++) {
            long size = 1L << i;
            byte[] file = new ProtobufWriter()
                    .uint64(1, 2)
                    .uint64(3, 2 * size)
                    .uint64(4, size)
                    .uint64(4, size)
                    .toByteArray();
            below = put(blocks, DAG_PB, node(List.of(new Link(below, ""), new Link(below, "")), file));
        }
        return new Bomb(below, blocks);
    }

    /** Directories below each other, of which each has the same next one under two names: 2ⁿ files. */
    public static Bomb directories(int doublings) {
        Map<Cid, byte[]> blocks = new LinkedHashMap<>();
        Cid below = put(blocks, RAW, new byte[] {1});
        for (int i = 0; i < doublings; i++) {
            byte[] directory = new ProtobufWriter().uint64(1, 1).toByteArray();
            below = put(blocks, DAG_PB, node(List.of(new Link(below, "a"), new Link(below, "b")), directory));
        }
        return new Bomb(below, blocks);
    }

    private static byte[] node(List<Link> links, byte[] data) {
        ProtobufWriter out = new ProtobufWriter();
        for (Link link : links) {
            out.message(
                    2,
                    fields -> fields.bytes(1, link.cid().toBytes())
                            .string(2, link.name())
                            .uint64(3, 1));
        }
        return out.bytes(1, data).toByteArray();
    }

    private static Cid put(Map<Cid, byte[]> blocks, long codec, byte[] data) {
        Cid cid = Cid.v1(codec, Multihash.sha256(data));
        blocks.put(cid, data);
        return cid;
    }
}
