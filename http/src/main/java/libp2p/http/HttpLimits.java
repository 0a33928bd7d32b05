package libp2p.http;

import java.time.Duration;

/**
 * Bounds of HTTP/1.1.
 *
 * @param head of a request or a response
 * @param bodyBytes of the body of a request that is served
 * @param idle how long a read or a write of a request or response may wait
 * @param silence how long an answer may be worked at while no byte goes to the client
 * @param request how long a request may take from its first byte to the last of the answer
 */
public record HttpLimits(HeadLimits head, long bodyBytes, Duration idle, Duration silence, Duration request) {
    /** The defaults. */
    public static final HttpLimits DEFAULT = new HttpLimits(
            HeadLimits.DEFAULT, 1 << 20, Duration.ofSeconds(30), Duration.ofMinutes(1), Duration.ofHours(1));
}
