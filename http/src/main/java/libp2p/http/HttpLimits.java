package libp2p.http;

import java.time.Duration;

/**
 * Bounds of HTTP/1.1.
 *
 * @param head of a request or a response
 * @param bodyBytes of the body of a request that is served
 * @param idle how long a read or a write of a request or response may wait
 * @param request how long a request may take from its first byte to the last of the answer
 */
public record HttpLimits(HeadLimits head, long bodyBytes, Duration idle, Duration request) {
    /** The defaults. */
    public static final HttpLimits DEFAULT =
            new HttpLimits(HeadLimits.DEFAULT, 1 << 20, Duration.ofSeconds(30), Duration.ofHours(1));
}
