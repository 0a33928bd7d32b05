package libp2p.nat.mapping;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of port mapping. */
@LimitGroup("portmapping")
public record PortMappingLimits(
        @Bound(
                value = "2m",
                least = "1s",
                most = "7d",
                is = "lifetime of a mapping that the router is asked for; it ends then unless it is renewed")
        Duration lease,

        @Bound(
                value = "15s",
                least = "1ms",
                most = "7d",
                is = "time between two renewals of all mappings, which also show that a router has forgotten them")
        Duration renewal,

        @Bound(
                value = "1200ms",
                least = "1ms",
                most = "1d",
                is = "how long a router may take to answer over PCP or NAT-PMP while one is searched for")
        Duration ask,

        @Bound(
                value = "2500ms",
                least = "1ms",
                most = "1d",
                is = "how long UPnP devices may take to answer while a router is searched for")
        Duration search,

        @Bound(value = "4s", least = "1ms", most = "1d", is = "how long making or removing one mapping may take")
        Duration call,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "7d",
                is = "pause after the first search that found no router; it doubles with each search")
        Duration retry,

        @Bound(value = "5m", least = "1ms", most = "7d", is = "longest pause between two searches for a router")
        Duration lastRetry,

        @Bound(
                value = "2",
                least = "1",
                most = "1000",
                unit = "failures",
                is = "of a router in a row after which another is searched for")
        int failures,

        @Bound(
                value = "16",
                least = "1",
                most = "65536",
                unit = "ports",
                is = "of this host that are mapped; the rest are not")
        int ports) {
    /** The defaults of every bound. */
    public static final PortMappingLimits DEFAULT = Bounds.defaults(PortMappingLimits.class);

    public PortMappingLimits {
        Bounds.check(PortMappingLimits.class, lease, renewal, ask, search, call, retry, lastRetry, failures, ports);
        if (renewal.compareTo(lease) >= 0) {
            throw new IllegalArgumentException("portmapping.renewal is " + renewal.toMillis()
                    + "ms, possible: less than portmapping.lease, which is " + lease.toMillis() + "ms");
        }
        if (retry.compareTo(lastRetry) > 0) {
            throw new IllegalArgumentException("portmapping.retry is " + retry.toMillis()
                    + "ms, possible: at most portmapping.last-retry, which is " + lastRetry.toMillis() + "ms");
        }
    }
}
