package libp2p.transports.tcp;

import java.time.Duration;

/**
 * Bounds of the TCP transport.
 *
 * @param acceptPause how long a listener rests after a failed accept, such as no free descriptor
 * @param sniffTimeout how long a client of a shared port may take to send the bytes that tell what it speaks
 */
public record Limits(Duration acceptPause, Duration sniffTimeout) {
    public static final Limits DEFAULT = new Limits(Duration.ofMillis(50), Duration.ofSeconds(5));
}
