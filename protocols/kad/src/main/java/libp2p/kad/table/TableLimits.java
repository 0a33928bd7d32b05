package libp2p.kad.table;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of a routing table and of the work on it. */
public record TableLimits(
        @Bound(
                value = "20",
                least = "1",
                most = "1000",
                unit = "peers",
                is = "in one bucket of the routing table, and named in one answer (k of the specification)")
        int k,

        @Bound(
                value = "3",
                least = "1",
                most = "1000000",
                unit = "peers",
                is = "of one IP group in the whole routing table; further ones are left out")
        int perGroup,

        @Bound(
                value = "2",
                least = "1",
                most = "1000",
                unit = "peers",
                is = "of one IP group in one bucket of the routing table; further ones are left out")
        int perGroupInBucket,

        @Bound(
                value = "16",
                least = "1",
                most = "1000",
                unit = "addresses",
                is = "of one peer that are kept, and told to others; further ones are left out")
        int addresses,

        @Bound(
                value = "8",
                least = "0",
                most = "1000",
                unit = "peers",
                is = "that wait for a place in one full bucket; beyond, the oldest is forgotten; 0: none wait")
        int replacements,

        @Bound(
                value = "10m",
                least = "1s",
                most = "7d",
                is = "between two refreshes of the routing table, give or take a tenth")
        Duration refresh,

        @Bound(
                value = "5m",
                least = "1ms",
                most = "7d",
                is = "without an answer, after which a peer of the routing table is asked whether it is there")
        Duration stale,

        @Bound(
                value = "32",
                least = "1",
                most = "1000",
                unit = "peers",
                is = "of the routing table that are asked at a time whether they are there; further ones wait")
        int checks) {
    /** The figures of the specification and of go. */
    public static final TableLimits DEFAULT = Bounds.defaults(TableLimits.class);

    public TableLimits {
        Bounds.check(TableLimits.class, k, perGroup, perGroupInBucket, addresses, replacements, refresh, stale, checks);
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
