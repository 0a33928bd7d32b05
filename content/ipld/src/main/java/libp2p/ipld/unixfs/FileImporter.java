package libp2p.ipld.unixfs;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import libp2p.ipld.BlockSink;
import libp2p.ipld.codec.PbLink;
import org.jspecify.annotations.Nullable;

/**
 * Makes the blocks of a file from a stream, in one pass: memory is a chunk and, for each level, the links of one node.
 * One thread at a time.
 */
public final class FileImporter {
    /** Subtrees of one depth before the next depth begins (trickle layout). */
    private static final int DEPTH_REPEAT = 4;

    private final ImportOptions options;
    private final BlockMaker maker;

    /** A node that is being filled. */
    private static final class Filling {
        final List<PbLink> links = new ArrayList<>();
        final List<Long> sizes = new ArrayList<>();
        long fileSize;

        void add(Imported child) {
            links.add(child.link(""));
            sizes.add(child.fileSize());
            fileSize += child.fileSize();
        }

        void clear() {
            links.clear();
            sizes.clear();
            fileSize = 0;
        }
    }

    /** Source of chunks for the trickle layout: it must know whether there is another. */
    private static final class Ahead {
        private final Chunker chunker;
        private Chunker.@Nullable Chunk next;

        Ahead(Chunker chunker) throws IOException {
            this.chunker = chunker;
            next = chunker.next();
        }

        boolean done() {
            return next == null;
        }

        Chunker.Chunk take() throws IOException {
            Chunker.Chunk taken = next;
            if (taken == null) {
                throw new IllegalStateException("no chunk is left");
            }
            next = chunker.next();
            return taken;
        }
    }

    /** Writes the blocks of files to {@code sink}. */
    public FileImporter(ImportOptions options, BlockSink sink) {
        this.options = options;
        maker = new BlockMaker(options, sink);
    }

    /** As {@link #add(InputStream, Metadata)}, without metadata. */
    public Imported add(InputStream in) throws IOException {
        return add(in, Metadata.NONE);
    }

    /**
     * Reads the stream to its end and hands the blocks to the sink, the root last; blocks. With metadata the file has
     * no raw leaves, since only a DAG-PB root can tell them (as Kubo does it).
     */
    public Imported add(InputStream in, Metadata metadata) throws IOException {
        boolean raw = options.rawLeaves() && !metadata.isPresent();
        Chunker chunker = Chunker.parse(options.chunker()).over(in, !raw);
        return options.trickle() ? trickle(new Ahead(chunker), raw, metadata) : balanced(chunker, raw, metadata);
    }

    private Imported balanced(Chunker chunker, boolean raw, Metadata metadata) throws IOException {
        List<Filling> levels = new ArrayList<>();
        Imported only = begin(levels, chunker, raw, metadata);
        if (only != null) {
            return only;
        }
        while (addNext(levels, chunker, raw)) {}
        for (int level = 0; level < levels.size() - 1; level++) {
            if (!levels.get(level).links.isEmpty()) {
                Imported node = node(levels.get(level), Metadata.NONE);
                add(levels, level + 1, node);
            }
        }
        return node(levels.getLast(), metadata);
    }

    /** Adds the first two leaves, or returns the only one. */
    private @Nullable Imported begin(List<Filling> levels, Chunker chunker, boolean raw, Metadata metadata)
            throws IOException {
        Chunker.Chunk first = chunker.next();
        if (first == null) {
            return leaf(new Chunker.Chunk(new byte[0], 0, 0), UnixFsType.FILE, raw, metadata);
        }
        Chunker.Chunk second = chunker.next();
        if (second == null) {
            return leaf(first, UnixFsType.FILE, raw, metadata);
        }
        add(levels, 0, leaf(first, UnixFsType.FILE, raw, Metadata.NONE));
        add(levels, 0, leaf(second, UnixFsType.FILE, raw, Metadata.NONE));
        return null;
    }

    /** Adds a leaf, which is forgotten before the next is read; false at the end of the file. */
    private boolean addNext(List<Filling> levels, Chunker chunker, boolean raw) throws IOException {
        Chunker.Chunk next = chunker.next();
        if (next == null) {
            return false;
        }
        add(levels, 0, leaf(next, UnixFsType.FILE, raw, Metadata.NONE));
        return true;
    }

    /** A level that is full becomes a node of the next one only when more comes, so that the last one is the root. */
    private void add(List<Filling> levels, int level, Imported child) throws IOException {
        if (level == levels.size()) {
            levels.add(new Filling());
        }
        Filling filling = levels.get(level);
        if (filling.links.size() == options.fileLinks()) {
            Imported full = node(filling, Metadata.NONE);
            filling.clear();
            add(levels, level + 1, full);
        }
        filling.add(child);
    }

    private Imported trickle(Ahead chunks, boolean raw, Metadata metadata) throws IOException {
        return fill(chunks, Integer.MAX_VALUE, raw, metadata);
    }

    private Imported fill(Ahead chunks, int depth, boolean raw, Metadata metadata) throws IOException {
        Filling filling = new Filling();
        while (filling.links.size() < options.fileLinks() && !chunks.done()) {
            filling.add(leaf(chunks.take(), UnixFsType.RAW, raw, Metadata.NONE));
        }
        for (int below = 1; below < depth && !chunks.done(); below++) {
            for (int i = 0; i < DEPTH_REPEAT && !chunks.done(); i++) {
                filling.add(fill(chunks, below, raw, Metadata.NONE));
            }
        }
        return node(filling, metadata);
    }

    private Imported leaf(Chunker.Chunk chunk, UnixFsType type, boolean raw, Metadata metadata) throws IOException {
        int length = chunk.length();
        if (raw) {
            return maker.raw(chunk.bytes());
        }
        if (metadata.isPresent() || length == 0) {
            return maker.file(List.of(), UnixFsNode.file(type, chunk.bytes(), length, List.of(), metadata), length);
        }
        int before = LeafBlock.before(length);
        byte[] block = chunk.array();
        if (chunk.offset() != before || block.length != before + length + LeafBlock.after(length)) {
            block = new byte[before + length + LeafBlock.after(length)];
            System.arraycopy(chunk.array(), chunk.offset(), block, before, length);
        }
        LeafBlock.frame(block, type, length);
        return maker.leaf(block, length);
    }

    private Imported node(Filling filling, Metadata metadata) throws IOException {
        byte[] data = UnixFsNode.file(UnixFsType.FILE, null, filling.fileSize, filling.sizes, metadata);
        return maker.file(filling.links, data, filling.fileSize);
    }
}
