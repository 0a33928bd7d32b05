package libp2p.ipld.traversal;

import libp2p.ipld.ContentException;
import libp2p.multiformats.Cid;

/**
 * How much a walk may touch.
 *
 * @param blocks that are loaded
 * @param bytes of them
 * @param depth links between the root and a block
 */
public record Budget(long blocks, long bytes, int depth) {
    /** No bound but that of depth: for what the owner of a node asks for. */
    public static final Budget OWN = new Budget(Long.MAX_VALUE, Long.MAX_VALUE, 1 << 16);

    /** For what a stranger asks for: a million blocks, 1 TiB, 1024 links deep. */
    public static final Budget STRANGER = new Budget(1_000_000, 1L << 40, 1024);

    void check(long usedBlocks, long usedBytes, int atDepth, Cid cid) throws ContentException {
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
