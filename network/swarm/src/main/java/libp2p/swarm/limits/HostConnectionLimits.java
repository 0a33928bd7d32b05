package libp2p.swarm.limits;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of connections. */
public record HostConnectionLimits(
        @Bound(
                value = "64",
                least = "1",
                most = "1000000",
                unit = "connections",
                is = "to one peer, both directions together; more are closed at once")
        int perPeer,

        @Bound(
                value = "1s",
                least = "0s",
                most = "1d",
                is = "how long closing the host waits for services to say goodbye to their peers; 0s does not wait")
        Duration farewellTimeout,

        @Bound(
                value = "5s",
                least = "0s",
                most = "1d",
                is = "how long closing the host waits for its connections to send what is queued; 0s does not wait")
        Duration closeTimeout) {
    /** The defaults. */
    public static final HostConnectionLimits DEFAULT = Bounds.defaults(HostConnectionLimits.class);

    public HostConnectionLimits {
        Bounds.check(HostConnectionLimits.class, perPeer, farewellTimeout, closeTimeout);
    }
}
