package libp2p.stores;

import java.time.Duration;

/**
 * Every bound of this module. Nodes that share a store have the same grace, lease and lateness.
 *
 * @param blockBytes of the largest block
 * @param storeBytes that the blocks may take; more is refused
 * @param atOnce connections or requests at a time
 * @param grace for which a block that was written is not deleted; more than the clocks of the store step or differ
 * @param request how long one request to an object store may take
 * @param lease after which the lease of a node ends that has not renewed it, by the clock of the store; at least some
 *     seconds
 * @param late after which an object store refuses a request that was signed before; 15 minutes with S3
 */
public record SharedStoreLimits(
        int blockBytes, long storeBytes, int atOnce, Duration grace, Duration request, Duration lease, Duration late) {
    /** Blocks of 8 MiB, no quota, 16 at a time, a day of grace, a minute for a request, an hour for a lease. */
    public static final SharedStoreLimits DEFAULT = new SharedStoreLimits(
            8 << 20,
            Long.MAX_VALUE,
            16,
            Duration.ofDays(1),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofMinutes(15));

    /** With a quota. */
    public SharedStoreLimits withStoreBytes(long value) {
        return new SharedStoreLimits(blockBytes, value, atOnce, grace, request, lease, late);
    }

    /** With another time for which blocks are not deleted. */
    public SharedStoreLimits withGrace(Duration value) {
        return new SharedStoreLimits(blockBytes, storeBytes, atOnce, value, request, lease, late);
    }
}
