package libp2p.nat.autonat;

import java.time.Duration;
import libp2p.nat.autonat.v1.AutoNatV1Limits;
import libp2p.nat.autonat.v2.ProbeLimits;
import libp2p.nat.autonat.v2.ServerLimits;

/**
 * Bounds of both versions of AutoNAT.
 *
 * @param client of asking in version 2
 * @param server of serving version 2
 * @param serverV1 of serving version 1
 * @param addresses that are tracked
 * @param workers requests at the same time
 * @param settle how long addresses must have been as they are before the first request
 * @param serverPause between two requests to one server
 * @param serverRest how long a server that refused or failed is left alone
 * @param contacts IP addresses that are remembered as contacts
 * @param contactLife how long routers remember a contact
 * @param olderPause between two requests to one server of version 1
 * @param olderAfter how long servers of version 2 are waited for
 * @param silentAfter how long a host with peers may have no public address at all until it counts as private
 */
public record AutoNatLimits(
        ProbeLimits client,
        ServerLimits server,
        AutoNatV1Limits serverV1,
        int addresses,
        int workers,
        Duration settle,
        Duration serverPause,
        Duration serverRest,
        int contacts,
        Duration contactLife,
        Duration olderPause,
        Duration olderAfter,
        Duration silentAfter) {
    /** The defaults of every bound. */
    public static final AutoNatLimits DEFAULT = new AutoNatLimits(
            ProbeLimits.DEFAULT,
            ServerLimits.DEFAULT,
            AutoNatV1Limits.DEFAULT,
            50,
            5,
            Duration.ofSeconds(1),
            Duration.ofSeconds(6),
            Duration.ofMinutes(2),
            1024,
            Duration.ofMinutes(5),
            Duration.ofSeconds(90),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30));
}
