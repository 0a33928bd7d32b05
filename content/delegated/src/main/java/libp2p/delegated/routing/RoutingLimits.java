package libp2p.delegated.routing;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Every bound of this package. */
@LimitGroup("routing")
public record RoutingLimits(
        @Bound(
                value = "20",
                least = "1",
                most = "100000",
                unit = "records",
                is = "in one JSON answer of this delegated routing server; further ones are left out")
        int jsonRecords,

        @Bound(
                value = "1000",
                least = "1",
                most = "10000000",
                unit = "records",
                is = "in one streamed answer of this delegated routing server; further ones are left out")
        int streamedRecords,

        @Bound(
                value = "1MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "in one answer of a delegated routing server, beyond which the search fails")
        int answerBytes,

        @Bound(
                value = "64KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "in one record of a streamed answer of a delegated routing server, beyond which the search fails")
        int lineBytes,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "addresses",
                is = "that are read of one peer in an answer of a delegated routing server; further ones are left out")
        int addresses,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "searches",
                is = "that clients of this delegated routing server have under way; more are answered with 429")
        int searches,

        @Bound(
                value = "30s",
                least = "1ms",
                most = "1d",
                is = "for one delegated routing search, as a client and as a server")
        Duration deadline) {
    /** 20 and 1000 records, answers of 1 MiB, records of 64 KiB with 64 addresses, 64 searches, 30 s. */
    public static final RoutingLimits DEFAULT = Bounds.defaults(RoutingLimits.class);

    public RoutingLimits {
        Bounds.check(
                RoutingLimits.class,
                jsonRecords,
                streamedRecords,
                answerBytes,
                lineBytes,
                addresses,
                searches,
                deadline);
    }
}
