package libp2p.transports.tcp;

import java.time.Duration;

/**
 * Bounds of the TCP transport.
 *
 * @param acceptPause how long a listener rests after a failed accept, such as no free descriptor
 * @param sniffTimeout how long a client of a shared port may take to send the bytes that tell what it speaks
 * @param punches addresses from which the other half of a hole punch is expected
 * @param punchSilence how long the other end of a connection from there must be silent until this host begins
 */
public record TcpLimits(Duration acceptPause, Duration sniffTimeout, int punches, Duration punchSilence) {
    /** The defaults. */
    public static final TcpLimits DEFAULT =
            new TcpLimits(Duration.ofMillis(50), Duration.ofSeconds(5), 256, Duration.ofMillis(300));
}
