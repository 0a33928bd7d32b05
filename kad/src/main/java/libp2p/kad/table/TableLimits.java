package libp2p.kad.table;

import java.time.Duration;

/**
 * Bounds of a routing table and of the work on it.
 *
 * @param k peers in a bucket, and peers that are as close as possible in general: 20 by the specification
 * @param perGroup peers of one IP group in the whole table
 * @param perGroupInBucket peers of one IP group in one bucket
 * @param addresses of one peer that are kept
 * @param replacements peers that wait for a place in a full bucket
 * @param refresh from one refresh to the next
 * @param stale after so long without an answer a peer is asked before it is trusted again
 * @param checks peers that are asked at a time
 */
public record TableLimits(
        int k,
        int perGroup,
        int perGroupInBucket,
        int addresses,
        int replacements,
        Duration refresh,
        Duration stale,
        int checks) {
    /** The figures of the specification and of go. */
    public static final TableLimits DEFAULT =
            new TableLimits(20, 3, 2, 16, 8, Duration.ofMinutes(10), Duration.ofMinutes(5), 32);

    public TableLimits {
        if (k < 1 || k > 1000) {
            throw new IllegalArgumentException("k is " + k + ", must be 1 to 1000");
        }
    }

    /** As these, with another size of buckets. */
    public TableLimits withK(int value) {
        return new TableLimits(value, perGroup, perGroupInBucket, addresses, replacements, refresh, stale, checks);
    }

    /** As these, refreshed at another pace. */
    public TableLimits withRefresh(Duration value) {
        return new TableLimits(k, perGroup, perGroupInBucket, addresses, replacements, value, stale, checks);
    }
}
