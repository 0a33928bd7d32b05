package libp2p.stores;

import java.time.Duration;

/**
 * Every bound of this module.
 *
 * @param blockBytes of the largest block
 * @param storeBytes that the blocks may take; more is refused
 * @param atOnce connections or requests at a time
 * @param grace for which a block that was written is not deleted
 * @param request how long one request to an object store may take
 */
public record Limits(int blockBytes, long storeBytes, int atOnce, Duration grace, Duration request) {
    /** Blocks of 8 MiB, no quota, 16 at a time, a day, a minute. */
    public static final Limits DEFAULT =
            new Limits(8 << 20, Long.MAX_VALUE, 16, Duration.ofDays(1), Duration.ofMinutes(1));

    /** With a quota. */
    public Limits withStoreBytes(long value) {
        return new Limits(blockBytes, value, atOnce, grace, request);
    }

    /** With another time for which blocks are not deleted. */
    public Limits withGrace(Duration value) {
        return new Limits(blockBytes, storeBytes, atOnce, value, request);
    }
}
