package libp2p.blocks;

/**
 * Every bound of this module.
 *
 * @param blockBytes of the largest block that is stored; imports may ask for more than peers exchange
 * @param storeBytes that live blocks may take; more is refused
 * @param segmentBytes after which the next file is begun
 * @param unindexed blocks whose places are in memory only, and found again by reading the end of the log after a crash:
 *     fewer if they have 512 MiB together, and twice as many while the index is being saved
 * @param openFiles of the store
 */
public record BlockStoreLimits(int blockBytes, long storeBytes, long segmentBytes, int unindexed, int openFiles) {
    /** Blocks of 8 MiB, no quota, files of 256 MiB. */
    public static final BlockStoreLimits DEFAULT =
            new BlockStoreLimits(8 << 20, Long.MAX_VALUE, 256L << 20, 65_536, 128);

    /** With a quota. */
    public BlockStoreLimits withStoreBytes(long value) {
        return new BlockStoreLimits(blockBytes, value, segmentBytes, unindexed, openFiles);
    }

    /** With files of another size. */
    public BlockStoreLimits withSegmentBytes(long value) {
        return new BlockStoreLimits(blockBytes, storeBytes, value, unindexed, openFiles);
    }

    /** With another number of blocks that are found again by reading. */
    public BlockStoreLimits withUnindexed(int value) {
        return new BlockStoreLimits(blockBytes, storeBytes, segmentBytes, value, openFiles);
    }
}
