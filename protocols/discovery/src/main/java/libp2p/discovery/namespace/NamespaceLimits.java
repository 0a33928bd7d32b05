package libp2p.discovery.namespace;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Effort with which a host looks for others by name. */
@LimitGroup("namespaces")
public record NamespaceLimits(
        @Bound(
                value = "1000",
                least = "1",
                most = "100000",
                unit = "peers",
                is = "found by one search for a namespace, over all its sources, with which it ends")
        int results,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "peers",
                is =
                        "found by one search that its caller has not taken, beyond which it pauses; at most namespaces.results")
        int waiting,

        @Bound(
                value = "1000",
                least = "1",
                most = "100000",
                unit = "namespaces",
                is = "that this host announces at a time; more are refused")
        int namespaces,

        @Bound(
                value = "255",
                least = "1",
                most = "4096",
                unit = "bytes",
                is = "in a namespace that this host announces, in UTF-8; a longer one is refused")
        int namespaceBytes,

        @Bound(value = "1m", least = "1ms", most = "1d", is = "for one announcement, which has then failed")
        Duration advertiseTimeout,

        @Bound(
                value = "30s",
                least = "100ms",
                most = "1d",
                is =
                        "before a failed announcement is made again, doubled with each failure in a row; no two follow faster")
        Duration retry,

        @Bound(
                value = "3h",
                least = "100ms",
                most = "7d",
                is = "between two announcements of a namespace at most; at least namespaces.retry")
        Duration longestRetry) {
    /** The defaults of every bound. */
    public static final NamespaceLimits DEFAULT = Bounds.defaults(NamespaceLimits.class);

    public NamespaceLimits {
        Bounds.check(
                NamespaceLimits.class,
                results,
                waiting,
                namespaces,
                namespaceBytes,
                advertiseTimeout,
                retry,
                longestRetry);
        if (waiting > results) {
            throw new IllegalArgumentException(
                    "namespaces.waiting is " + waiting + ", more than namespaces.results, which is " + results);
        }
        if (longestRetry.compareTo(retry) < 0) {
            throw new IllegalArgumentException(
                    "namespaces.longest-retry is " + longestRetry + ", less than namespaces.retry, which is " + retry);
        }
    }
}
