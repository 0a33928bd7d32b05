package libp2p.transports.quic;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import libp2p.core.environment.UdpSocket;
import libp2p.quic.connection.ConnectionStats;
import libp2p.security.tls13.CipherSuite;

/** The figures of a connection for people, as {@link libp2p.core.muxer.MuxedConnection#details} has it. */
public final class ConnectionDetails {
    private static final double MILLISECOND = 1e6;

    private ConnectionDetails() {}

    /**
     * Names the figures.
     *
     * @param socket tells whether batches leave with one system call each, and whether several datagrams may come with
     *     one
     */
    public static Map<String, Object> of(ConnectionStats status, UdpSocket socket) {
        Map<String, Object> details = new LinkedHashMap<>();
        CipherSuite suite = status.suite();
        details.put("quic_version", 1);
        details.put("cipher", suite == null ? "" : suite.name());
        details.put("round_trip_ms", status.roundTrip() / MILLISECOND);
        details.put("least_round_trip_ms", status.leastRoundTrip() / MILLISECOND);
        details.put("congestion_window", status.congestionWindow());
        details.put("bytes_in_flight", status.inFlight());
        details.put("path_mtu", status.mtu());
        details.put("gso", socket.usesSegmentation());
        details.put("gro", socket.usesCoalescing());
        details.put("ecn", status.ecn());
        details.put("key_updates", status.keyUpdates());
        return Collections.unmodifiableMap(details);
    }
}
