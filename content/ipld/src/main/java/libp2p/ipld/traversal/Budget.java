package libp2p.ipld.traversal;

import libp2p.ipld.ContentException;
import libp2p.multiformats.Cid;

/**
 * Bounds of what a walk may touch.
 *
 * @param blocks that are loaded
 * @param bytes of them
 * @param depth links between the root and a block
 * @param nodes values that a selector visits
 */
public record Budget(long blocks, long bytes, int depth, long nodes) {
    /** A budget that does not bound values, for walks that look at links alone. */
    public Budget(long blocks, long bytes, int depth) {
        this(blocks, bytes, depth, Long.MAX_VALUE);
    }

    /** No bound but that of depth: for what the owner of a node asks for. */
    public static final Budget OWN = new Budget(Long.MAX_VALUE, Long.MAX_VALUE, 1 << 16, Long.MAX_VALUE);

    /** For what a stranger asks for: a million blocks, 1 TiB, 1024 links deep, a hundred million values. */
    public static final Budget STRANGER = new Budget(1_000_000, 1L << 40, 1024, 100_000_000);

    /**
     * Compares what a walk has used.
     *
     * @param cid the block that it is at
     * @throws ContentException naming what is used up
     */
    public void check(long usedBlocks, long usedBytes, int atDepth, Cid cid) throws ContentException {
        if (usedBlocks > blocks) {
            throw new ContentException("walk: more than " + blocks + " blocks, at " + cid);
        }
        if (usedBytes > bytes) {
            throw new ContentException("walk: more than " + bytes + " bytes, at " + cid);
        }
        if (atDepth > depth) {
            throw new ContentException("walk: deeper than " + depth + " links, at " + cid);
        }
    }
}
