package libp2p.discovery.pubsub;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the announcements of peers on topics. */
@LimitGroup("pubsub-discovery")
public record PubSubDiscoveryLimits(
        @Bound(
                value = "16KiB",
                least = "256",
                most = "1MiB",
                unit = "bytes",
                is = "in an announcement of a peer on a topic; longer ones are ignored")
        int announcementBytes,

        @Bound(
                value = "32",
                least = "1",
                most = "1000",
                unit = "addresses",
                is = "in an announcement of this host, and taken from that of another; more are left out")
        int addresses,

        @Bound(
                value = "8",
                least = "1",
                most = "1000",
                unit = "dials",
                is = "of announced peers that are under way at a time; further peers wait")
        int dials,

        @Bound(value = "10s", least = "100ms", most = "1d", is = "between two announcements of this host on a topic")
        Duration interval) {
    /** The defaults of every bound. */
    public static final PubSubDiscoveryLimits DEFAULT = Bounds.defaults(PubSubDiscoveryLimits.class);

    public PubSubDiscoveryLimits {
        Bounds.check(PubSubDiscoveryLimits.class, announcementBytes, addresses, dials, interval);
    }
}
