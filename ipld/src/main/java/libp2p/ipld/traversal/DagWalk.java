package libp2p.ipld.traversal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.ipld.codec.Codec;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/**
 * Visits the blocks of a DAG depth first, each once, in the order of its links: the order of CARs. Blocks of codecs
 * that are not known have no links. One thread at a time.
 */
public final class DagWalk {
    /** Links that are announced to the source at a time. */
    private static final int AHEAD = 256;

    /** Gets the blocks. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes one block, after those above it; may block, and an exception ends the walk. */
        void block(Block block) throws IOException;
    }

    private static final class Level {
        final Iterator<Cid> links;
        final List<Cid> all;
        int taken;

        Level(List<Cid> all) {
            this.all = all;
            links = all.iterator();
        }
    }

    private final BlockSource source;
    private final Budget budget;
    private final Set<Cid> seen = new HashSet<>();
    private long blocks;
    private long bytes;

    /** Loads blocks from {@code source} until the budget is spent. */
    public DagWalk(BlockSource source, Budget budget) {
        this.source = source;
        this.budget = budget;
    }

    /**
     * Visits everything below a root that this walk has not visited yet, the root first; blocks.
     *
     * @throws ContentException if the budget is used up, or a block is malformed
     */
    public void walk(Cid root, Visitor visitor) throws IOException {
        Deque<Level> stack = new ArrayDeque<>();
        stack.push(new Level(List.of(root)));
        while (!stack.isEmpty()) {
            Level level = stack.getFirst();
            if (!level.links.hasNext()) {
                stack.pop();
                continue;
            }
            announce(level);
            Cid cid = level.links.next();
            if (seen.add(cid)) {
                List<Cid> links = visit(cid, stack.size() - 1, visitor);
                if (!links.isEmpty()) {
                    stack.push(new Level(links));
                }
            }
        }
    }

    /** Blocks that were visited. */
    public long blocks() {
        return blocks;
    }

    /** Bytes of them. */
    public long bytes() {
        return bytes;
    }

    private void announce(Level level) {
        if (level.taken++ % AHEAD == 0 && level.all.size() > 1) {
            int from = level.taken - 1;
            List<Cid> some = new ArrayList<>(AHEAD);
            for (Cid cid : level.all.subList(from, Math.min(level.all.size(), from + AHEAD))) {
                if (!seen.contains(cid)) {
                    some.add(cid);
                }
            }
            source.prefetch(some);
        }
    }

    private List<Cid> visit(Cid cid, int depth, Visitor visitor) throws IOException {
        budget.check(blocks + 1, bytes, depth, cid);
        byte[] data = Block.isInherent(cid) ? Block.inherent(cid) : source.get(cid);
        blocks++;
        bytes += data.length;
        budget.check(blocks, bytes, depth, cid);
        visitor.block(Block.trusted(cid, data));
        Codec codec = Codec.of(cid.codec());
        if (codec == null) {
            return List.of();
        }
        List<Cid> links = new ArrayList<>();
        try {
            codec.links(data, links::add);
        } catch (MalformedException e) {
            throw new ContentException(cid + ": " + e.getMessage(), e);
        }
        return links;
    }
}
