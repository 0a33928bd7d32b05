package libp2p.nat.autonat.v2;

import java.time.Duration;

/**
 * Bounds of a client.
 *
 * @param probe for one request, dialing back included
 * @param dialBack for the stream that brings a nonce
 * @param settle how long a nonce may come after the server has said that it delivered it
 * @param data bytes that are sent at most for one dial
 */
public record ProbeLimits(Duration probe, Duration dialBack, Duration settle, long data) {
    /** The defaults of every bound. */
    public static final ProbeLimits DEFAULT =
            new ProbeLimits(Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(3), 100_000);
}
