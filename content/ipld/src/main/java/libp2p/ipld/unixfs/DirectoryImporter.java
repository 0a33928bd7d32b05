package libp2p.ipld.unixfs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.ipld.BlockSink;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.multiformats.Varint;

/** Collects the entries of a directory and makes its block, or the shards of a large one. One thread at a time. */
public final class DirectoryImporter {
    private record Entry(long hash, PbLink link) {}

    private final ImportOptions options;
    private final BlockMaker maker;
    private final Metadata metadata;
    private final List<PbLink> links = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    /** Writes the blocks of directories to {@code sink}; the metadata go into each of them. */
    public DirectoryImporter(ImportOptions options, BlockSink sink, Metadata metadata) {
        this.options = options;
        maker = new BlockMaker(options, sink);
        this.metadata = metadata;
    }

    /**
     * Adds an entry.
     *
     * @throws IllegalArgumentException if there is one of that name
     */
    public void add(String name, Imported child) {
        if (!names.add(name)) {
            throw new IllegalArgumentException("two entries of one name in a directory");
        }
        links.add(child.link(name));
    }

    /** The block of a symbolic link. */
    public static Imported symlink(ImportOptions options, BlockSink sink, String target, Metadata metadata)
            throws IOException {
        byte[] data = UnixFsNode.symlink(target.getBytes(StandardCharsets.UTF_8), metadata);
        return new BlockMaker(options, sink).other(List.of(), data);
    }

    /** Hands the blocks of the directory to the sink, the root last. */
    public Imported finish() throws IOException {
        if (isLarge()) {
            List<Entry> entries = new ArrayList<>(links.size());
            links.forEach(link -> entries.add(new Entry(Hamt.hash(link.nameOrEmpty()), link)));
            return shard(entries, 0);
        }
        links.sort(DagPb.ORDER);
        return maker.other(links, UnixFsNode.directory(metadata));
    }

    private boolean isLarge() {
        if (options.directoryLinks() > 0 && links.size() > options.directoryLinks()) {
            return true;
        }
        boolean exact = options.sizing() == ImportOptions.DirectorySizing.BLOCK;
        long size = 0;
        if (exact) {
            int data = UnixFsNode.directory(metadata).length;
            size = 1 + Varint.size(data) + data;
        }
        for (PbLink link : links) {
            int name = link.nameOrEmpty().getBytes(StandardCharsets.UTF_8).length;
            size += exact ? encodedSize(link, name) : name + link.hash().size();
        }
        return size > options.shardAbove();
    }

    private static long encodedSize(PbLink link, int name) {
        int cid = link.hash().size();
        long inner = 1 + Varint.size(cid) + cid + 1 + Varint.size(name) + name + 1 + Varint.size(link.tsize());
        return 1 + Varint.size(inner) + inner;
    }

    private Imported shard(List<Entry> entries, int level) throws IOException {
        int fanout = options.fanout();
        if (level == Hamt.levels(fanout)) {
            throw new IOException("names of a directory have the same hash: it cannot be sharded");
        }
        List<List<Entry>> buckets = new ArrayList<>(fanout);
        for (int i = 0; i < fanout; i++) {
            buckets.add(List.of());
        }
        for (Entry entry : entries) {
            int bucket = Hamt.bucket(entry.hash(), level, fanout);
            if (buckets.get(bucket).isEmpty()) {
                buckets.set(bucket, new ArrayList<>(2));
            }
            buckets.get(bucket).add(entry);
        }
        byte[] bits = new byte[fanout / 8];
        List<PbLink> made = new ArrayList<>();
        for (int bucket = 0; bucket < fanout; bucket++) {
            List<Entry> inside = buckets.get(bucket);
            if (inside.isEmpty()) {
                continue;
            }
            bits[bits.length - 1 - bucket / 8] |= (byte) (1 << bucket % 8);
            String prefix = Hamt.prefix(bucket, fanout);
            PbLink first = inside.getFirst().link();
            made.add(
                    inside.size() == 1
                            ? new PbLink(first.hash(), prefix + first.nameOrEmpty(), first.tsize())
                            : shard(inside, level + 1).link(prefix));
        }
        byte[] data = UnixFsNode.shard(trimmed(bits), fanout, level == 0 ? metadata : Metadata.NONE);
        return maker.other(made, data);
    }

    private static byte[] trimmed(byte[] bits) {
        int zeros = 0;
        while (zeros < bits.length && bits[zeros] == 0) {
            zeros++;
        }
        return java.util.Arrays.copyOfRange(bits, zeros, bits.length);
    }
}
