package libp2p.quic.connection;

import libp2p.quic.recovery.LossRecovery;
import libp2p.security.tls13.CipherSuite;
import org.jspecify.annotations.Nullable;

/**
 * Figures of one connection at one time.
 *
 * @param suite the cipher suite, or null before it was agreed
 * @param roundTrip smoothed, in nanoseconds; 0 before one was measured
 * @param leastRoundTrip in nanoseconds; 0 before one was measured
 * @param congestionWindow in bytes
 * @param inFlight bytes that are sent and neither acknowledged nor lost
 * @param mtu the size of datagrams that gets through
 * @param ecn whether the path has been shown to carry the marks of explicit congestion notification
 * @param keyUpdates how many times the keys were updated
 */
public record ConnectionStats(
        @Nullable CipherSuite suite,
        long roundTrip,
        long leastRoundTrip,
        long congestionWindow,
        long inFlight,
        int mtu,
        boolean ecn,
        int keyUpdates) {
    static ConnectionStats of(Connection connection, @Nullable CipherSuite suite) {
        LossRecovery recovery = connection.recovery();
        boolean measured = recovery.rtt().isMeasured();
        return new ConnectionStats(
                suite,
                measured ? recovery.rtt().smoothed() : 0,
                measured ? recovery.rtt().minimum() : 0,
                recovery.congestion().window(),
                recovery.congestion().inFlight(),
                connection.mtu(),
                recovery.ecn().isValidated(),
                connection.keyUpdates());
    }
}
