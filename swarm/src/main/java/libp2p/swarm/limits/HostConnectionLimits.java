package libp2p.swarm.limits;

import java.time.Duration;

/**
 * Bounds of connections.
 *
 * @param perPeer open connections to one peer, both directions
 * @param farewellTimeout how long closing the host waits for services to say goodbye to their peers
 * @param closeTimeout how long closing the host waits for connections to finish
 */
public record HostConnectionLimits(int perPeer, Duration farewellTimeout, Duration closeTimeout) {
    /** The defaults. */
    public static final HostConnectionLimits DEFAULT =
            new HostConnectionLimits(64, Duration.ofSeconds(1), Duration.ofSeconds(5));
}
