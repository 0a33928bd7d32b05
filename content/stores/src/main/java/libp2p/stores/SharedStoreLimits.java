package libp2p.stores;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound of this module. Nodes that share a store have the same grace, lease and lateness. */
@LimitGroup("shared-store")
public record SharedStoreLimits(
        @Bound(
                value = "8MiB",
                least = "1",
                most = "256MiB",
                unit = "bytes",
                is = "in one block; a larger one is neither stored nor read")
        int blockBytes,

        @Bound(
                value = "unlimited",
                least = "1",
                most = "unlimited",
                unit = "bytes",
                is = "in all blocks of the shared store together; a put beyond is refused")
        long storeBytes,

        @Bound(
                value = "16",
                least = "1",
                most = "10000",
                unit = "requests",
                is = "to the object store, or connections to the database, at a time; further ones wait")
        int atOnce,

        @Bound(
                value = "24h",
                least = "0s",
                most = "365d",
                is =
                        "for which a block is not deleted after it was written; longer than clocks step or differ; 0s: it may go at once")
        Duration grace,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "1h",
                is = "for one request to an object store, and for a collection by another node to end")
        Duration request,

        @Bound(
                value = "1h",
                least = "5s",
                most = "7d",
                is = "without renewal by its node, after which a lease ends, by the clock of the store")
        Duration lease,

        @Bound(
                value = "15m",
                least = "1s",
                most = "1d",
                is = "after which an object store refuses a signed request; 15 minutes with S3")
        Duration late) {
    /** Blocks of 8 MiB, no quota, 16 at a time, a day of grace, a minute for a request, an hour for a lease. */
    public static final SharedStoreLimits DEFAULT = Bounds.defaults(SharedStoreLimits.class);

    public SharedStoreLimits {
        Bounds.check(SharedStoreLimits.class, blockBytes, storeBytes, atOnce, grace, request, lease, late);
    }

    /** With a quota. */
    public SharedStoreLimits withStoreBytes(long value) {
        return new SharedStoreLimits(blockBytes, value, atOnce, grace, request, lease, late);
    }

    /** With another time for which blocks are not deleted. */
    public SharedStoreLimits withGrace(Duration value) {
        return new SharedStoreLimits(blockBytes, storeBytes, atOnce, value, request, lease, late);
    }
}
