package libp2p.blocks;

import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound of this module. */
@LimitGroup("blocks")
public record BlockStoreLimits(
        @Bound(
                value = "8MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "in one block that is put; a larger one is refused")
        int blockBytes,

        @Bound(
                value = "unlimited",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "in all blocks of the store together; a put beyond is refused")
        long storeBytes,

        @Bound(
                value = "256MiB",
                least = "512",
                most = "unlimited",
                unit = "bytes",
                is = "in one file of the block log, after which the next one is begun")
        long segmentBytes,

        @Bound(
                value = "65536",
                least = "1",
                most = "10000000",
                unit = "blocks",
                is =
                        "stored since the index was last saved, beyond which it is saved; after a crash they are found by reading the log")
        int unindexed,

        @Bound(
                value = "128",
                least = "2",
                most = "1000000",
                unit = "files",
                is = "of the block log that are open at a time; beyond, the one unused longest is closed")
        int openFiles) {
    /** Blocks of 8 MiB, no quota, files of 256 MiB. */
    public static final BlockStoreLimits DEFAULT = Bounds.defaults(BlockStoreLimits.class);

    public BlockStoreLimits {
        Bounds.check(BlockStoreLimits.class, blockBytes, storeBytes, segmentBytes, unindexed, openFiles);
    }

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
