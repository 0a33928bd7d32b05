package libp2p.transports.tcp;

import java.time.Duration;

/**
 * Bounds of the TCP transport.
 *
 * @param acceptPause how long a listener rests after a failed accept, such as no free descriptor
 */
public record Limits(Duration acceptPause) {
    public static final Limits DEFAULT = new Limits(Duration.ofMillis(50));
}
