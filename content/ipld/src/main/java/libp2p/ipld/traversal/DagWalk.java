package libp2p.ipld.traversal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
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
        OpenLinks open = new OpenLinks(root, cid -> links(cid, load(cid)), this::announce);
        for (Cid cid = open.next(); cid != null; cid = open.next()) {
            if (seen.add(cid)) {
                open.enter(cid, visit(cid, open.depth(), visitor));
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

    private void announce(List<Cid> links, int from) {
        if (from % AHEAD == 0 && links.size() > 1) {
            List<Cid> some = new ArrayList<>(AHEAD);
            for (Cid cid : links.subList(from, Math.min(links.size(), from + AHEAD))) {
                if (!seen.contains(cid)) {
                    some.add(cid);
                }
            }
            source.prefetch(some);
        }
    }

    private List<Cid> visit(Cid cid, int depth, Visitor visitor) throws IOException {
        budget.check(blocks + 1, bytes, depth, cid);
        byte[] data = load(cid);
        blocks++;
        bytes += data.length;
        budget.check(blocks, bytes, depth, cid);
        visitor.block(Block.trusted(cid, data));
        return links(cid, data);
    }

    private byte[] load(Cid cid) throws IOException {
        return Block.isInherent(cid) ? Block.inherent(cid) : source.get(cid);
    }

    private static List<Cid> links(Cid cid, byte[] data) throws ContentException {
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
