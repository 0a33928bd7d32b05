package libp2p.simulator;

import java.time.Duration;

/** Times for which a router remembers a conversation in which nothing is sent. */
final class NatLifetimes {
    private long udp = Duration.ofMinutes(2).toNanos();
    /** The least that RFC 5382 asks for. */
    private long establishedTcp = Duration.ofMinutes(124).toNanos();

    private long transitoryTcp = Duration.ofMinutes(4).toNanos();

    void udp(Duration idle) {
        udp = idle.toNanos();
    }

    void tcp(Duration idle) {
        establishedTcp = idle.toNanos();
        transitoryTcp = Math.min(transitoryTcp, establishedTcp);
    }

    long of(Transport transport, boolean established) {
        if (transport == Transport.UDP) {
            return udp;
        }
        return established ? establishedTcp : transitoryTcp;
    }
}
