package libp2p.ipld.selector;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.IpldLimits;
import libp2p.ipld.Node;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.codec.DagCbor;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.Footprint;
import libp2p.ipld.codec.PbNode;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.unixfs.UnixFsNode;
import libp2p.ipld.unixfs.UnixFsReader;
import libp2p.ipld.unixfs.UnixFsType;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Multicodec;
import org.jspecify.annotations.Nullable;

/**
 * A walk through a DAG as a {@link Selector} says, depth first, in the order of go-ipld-prime: every value that is
 * reached is visited, and every link that is reached is loaded, again if it is reached again. The stack is on the heap,
 * and everything is counted against a {@link Budget}. One walk, one thread at a time.
 */
public final class SelectorWalk {
    private static final DagCbor CBOR = new DagCbor();
    /** Clauses and conditions that are tried before the loader hears of it. */
    private static final int TOLD = 4096;
    /** Bytes of a shard that are read in about the time of one clause. */
    private static final int READ = 64;
    /** Bytes in memory of a value whose entries are explored, beside the value, and of each clause that applies to it. */
    private static final int FRAME = 160;

    private static final int CLAUSE = 48;

    /** Gives the walk its blocks. */
    @FunctionalInterface
    public interface Loader {
        /**
         * The data of a block, which must be the block's.
         *
         * @param path of the link, or of the file or directory that the block is a further one of
         * @return null to leave out what is below this link
         */
        byte @Nullable [] load(Path path, Cid cid) throws IOException;

        /**
         * Called between blocks too, after some thousands of steps: a block may be walked for seconds. Ends the walk by
         * an exception.
         */
        default void walking() throws IOException {}

        /**
         * Called before a block is read, and when one is left: what is open of the walk takes so much memory from now on. Ends
         * the walk by an exception.
         *
         * @param bytes of blocks, and about those of their values
         */
        default void holding(long bytes) throws IOException {}
    }

    /**
     * One value.
     *
     * @param path from the root
     * @param view the value; of a matcher with a subset, the subset
     * @param matcher that matched, null if the value was only on the way
     * @param block that it is in
     */
    public record Visit(Path path, View view, Selector.@Nullable Matcher matcher, Cid block) {
        /** Whether it belongs to the result. */
        public boolean matched() {
            return matcher != null;
        }
    }

    /** Gets the values. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes one value; may block, and an exception ends the walk. */
        void visit(Visit visit) throws IOException;
    }

    /** A value whose entries are being explored. */
    private static final class Frame {
        final View view;
        final State state;
        final Path path;
        final Cid block;
        final int links;
        final @Nullable Iterator<String> interests;
        final View.@Nullable Cursor all;
        long openBytes;

        Frame(View view, State state, Path path, Cid block, int links, long openBytes) throws IOException {
            this.view = view;
            this.state = state;
            this.path = path;
            this.block = block;
            this.links = links;
            this.openBytes = openBytes;
            interests = state.interests(view);
            all = interests == null ? view.entries() : null;
        }
    }

    private final Loader loader;
    private final Budget budget;
    private final boolean once;
    private final Set<Cid> seen = new HashSet<>();
    private final Deque<Frame> stack = new ArrayDeque<>();
    private long nodes;
    private long blocks;
    private long bytes;
    private long tries;
    private int untold;
    private long openBytes;

    /** A walk that loads a block as often as it is reached. */
    public SelectorWalk(Loader loader, Budget budget) {
        this(loader, budget, false);
    }

    /**
     * A walk.
     *
     * @param once whether a link that was followed once is left alone
     */
    public SelectorWalk(Loader loader, Budget budget, boolean once) {
        this.loader = loader;
        this.budget = budget;
        this.once = once;
    }

    /** Values that were visited. */
    public long nodes() {
        return nodes;
    }

    /** Blocks that were loaded, repeated ones again. */
    public long blocks() {
        return blocks;
    }

    /** Bytes of them. */
    public long bytes() {
        return bytes;
    }

    /**
     * Walks; blocks as the loader does.
     *
     * @throws BlockNotFoundException if the loader has no root, or not all blocks of a file that is interpreted
     * @throws ContentException if a block is malformed, its codec is unknown, or the budget is used up
     */
    public void walk(Cid root, Selector selector, Visitor visitor) throws IOException {
        byte[] data = load(Path.ROOT, root, 0);
        if (data == null) {
            throw new BlockNotFoundException(root, "the root of a selector");
        }
        enterBlock(root, data, State.of(selector), Path.ROOT, 0, visitor);
        while (!stack.isEmpty()) {
            step(stack.getFirst(), visitor);
        }
    }

    private void step(Frame frame, Visitor visitor) throws IOException {
        String segment;
        Node value;
        if (frame.all != null) {
            if (!frame.all.next()) {
                leave();
                return;
            }
            segment = frame.all.segment();
            value = frame.all.value();
        } else {
            Iterator<String> interests = Objects.requireNonNull(frame.interests);
            if (!interests.hasNext()) {
                leave();
                return;
            }
            segment = interests.next();
            value = lookUp(frame.view, segment);
        }
        worked(frame.state.cost());
        if (tries / IpldLimits.SELECTOR_TRIES > budget.nodes()) {
            throw new ContentException("selector: more than " + IpldLimits.SELECTOR_TRIES + " times " + budget.nodes()
                    + " clauses were tried, at " + frame.block);
        }
        State next = value == null ? null : frame.state.explore(frame.view, segment, value);
        if (value == null || next == null) {
            return;
        }
        Path path = frame.path.child(segment);
        if (!(value instanceof Node.Link link)) {
            enter(new View.Plain(value), next, path, frame.block, frame.links, 0, visitor);
            return;
        }
        if (once && !seen.add(link.cid())) {
            return;
        }
        byte[] data = load(path, link.cid(), frame.links + 1);
        if (data != null) {
            enterBlock(link.cid(), data, next, path, frame.links + 1, visitor);
        }
    }

    /** Counts work, and tells the loader of it from time to time. */
    private void worked(int clauses) throws IOException {
        tries += clauses;
        untold += clauses;
        if (untold > TOLD) {
            untold = 0;
            loader.walking();
        }
    }

    /** An entry by name; none where a block of a directory is absent. */
    private static @Nullable Node lookUp(View view, String segment) throws IOException {
        try {
            return view.get(segment);
        } catch (BlockNotFoundException absent) { // as other implementations do, that name is not explored
            return null;
        }
    }

    private void leave() throws IOException {
        closed(stack.pop().openBytes);
    }

    /** Counts what is held from now on. */
    private void opened(long more, Cid cid) throws IOException {
        openBytes += more;
        if (openBytes > IpldLimits.WALK_OPEN_BYTES) {
            throw new ContentException(
                    "walk: more than " + IpldLimits.WALK_OPEN_BYTES + " bytes of blocks are open at once, at " + cid);
        }
        loader.holding(openBytes);
    }

    private void closed(long less) throws IOException {
        openBytes -= less;
        loader.holding(openBytes);
    }

    private void enterBlock(Cid cid, byte[] data, State state, Path path, int links, Visitor visitor)
            throws IOException {
        long held = cid.codec() == Multicodec.RAW ? 0 : data.length + Footprint.of(cid, data); // left at once
        opened(held, cid);
        View view;
        State inner = state;
        try {
            if (state instanceof State.Interpretation interpretation) {
                view = interpret(interpretation.as(), cid, data, path, links);
                inner = interpretation.next();
            } else {
                view = new View.Plain(decode(cid, data));
            }
        } catch (MalformedException e) {
            throw new ContentException(cid + ": " + e.getMessage(), e);
        }
        enter(view, inner, path, cid, links, held, visitor);
    }

    private void enter(View view, State state, Path path, Cid block, int links, long held, Visitor visitor)
            throws IOException {
        if (++nodes > budget.nodes()) {
            throw new ContentException("walk: more than " + budget.nodes() + " values, at " + block);
        }
        State inner = state;
        if (state instanceof State.Interpretation interpretation) { // of a value inside a block: it is what it is
            requireKnown(interpretation.as());
            inner = interpretation.next();
        }
        worked(inner.cost());
        Selector.Matcher matcher = inner.match(view);
        View shown = matcher == null || matcher.subset() == null ? view : view.slice(matcher.subset());
        visitor.visit(new Visit(path, shown == null ? view : shown, shown == null ? null : matcher, block));
        if (view.kind() == Node.Kind.MAP || view.kind() == Node.Kind.LIST) {
            long frame = FRAME + (long) CLAUSE * inner.cost();
            opened(frame, block);
            stack.push(new Frame(view, inner, path, block, links, held + frame));
        } else if (held > 0) {
            closed(held);
        }
    }

    private static Node decode(Cid cid, byte[] data) {
        return cid.codec() == Multicodec.DAG_CBOR
                ? CBOR.decodeLenient(data)
                : Codec.of(cid).decode(data);
    }

    private static boolean requireKnown(String as) throws ContentException {
        boolean preload = as.equals("unixfs-preload");
        if (!preload && !as.equals("unixfs")) {
            throw new ContentException("selector: no view is called " + MalformedException.quote(as));
        }
        return preload;
    }

    /** The view of a block as UnixFS; of what is none, links by name. */
    private View interpret(String as, Cid cid, byte[] data, Path path, int links) throws IOException {
        boolean preload = requireKnown(as);
        if (cid.codec() != Multicodec.DAG_PB) {
            return new View.Plain(decode(cid, data));
        }
        PbNode pb = DagPb.read(data);
        UnixFsNode node;
        try {
            node = UnixFsNode.read(data);
        } catch (MalformedException none) {
            return new View.Links(pb);
        }
        UnixFsReader reader = new UnixFsReader(new Blocks(cid, data, path, links));
        switch (node.type()) {
            case FILE, RAW -> {
                View.File file = new View.File(cid, reader, 0, Math.max(0, node.fileSize()));
                if (preload && node.type() == UnixFsType.FILE) {
                    try (InputStream in = file.bytes()) {
                        in.transferTo(OutputStream.nullOutputStream());
                    }
                }
                return file;
            }
            case HAMT_SHARD -> {
                View.Shards shards = new View.Shards(cid, reader);
                if (preload) {
                    View.Cursor entries = shards.entries();
                    while (entries.next()) {
                        // loads them
                    }
                }
                return shards;
            }
            default -> {
                return new View.Links(pb);
            }
        }
    }

    private byte @Nullable [] load(Path path, Cid cid, int links) throws IOException {
        budget.check(blocks + 1, bytes, links, cid);
        byte[] data = loader.load(path, cid);
        if (data != null) {
            blocks++;
            bytes += data.length;
            budget.check(blocks, bytes, links, cid);
        }
        return data;
    }

    /**
     * The blocks of one file or directory: the shards of a directory are loaded once, chunks of files as often as they
     * are read.
     */
    private final class Blocks implements BlockSource {
        private final Map<Cid, byte[]> shards = new HashMap<>();
        private final Path path;
        private final int links;

        Blocks(Cid root, byte[] data, Path path, int links) {
            shards.put(root, data);
            this.path = path;
            this.links = links;
        }

        @Override
        public byte[] get(Cid cid) throws IOException {
            byte[] known = shards.get(cid);
            if (known != null) {
                worked(known.length / READ); // it is read again for each name that is looked for
                return known;
            }
            byte[] data = load(path, cid, links + 1);
            if (data == null) {
                throw new BlockNotFoundException(cid, "a block of what is interpreted");
            }
            if (isShard(cid, data)) {
                shards.put(cid, data);
                opened(data.length, cid);
                if (!stack.isEmpty()) {
                    stack.getFirst().openBytes += data.length;
                }
            }
            return data;
        }

        private static boolean isShard(Cid cid, byte[] data) {
            try {
                return cid.codec() == Multicodec.DAG_PB && UnixFsNode.read(data).type() == UnixFsType.HAMT_SHARD;
            } catch (MalformedException malformed) { // said by the reader that wanted it
                return false;
            }
        }
    }
}
