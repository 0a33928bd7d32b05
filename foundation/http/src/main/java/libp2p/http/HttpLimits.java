package libp2p.http;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/**
 * Bounds of HTTP/1.1 over streams.
 *
 * @param head of a request or a response
 */
@LimitGroup("http")
public record HttpLimits(
        HeadLimits head,

        @Bound(
                value = "1MiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is = "in the body of one request that is served; a longer one is refused with 413")
        long bodyBytes,

        @Bound(
                value = "30s",
                least = "1ms",
                most = "1d",
                is = "how long one read or write of a request or an answer may wait")
        Duration idle,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "1d",
                is = "how long an answer may be worked at while no byte goes to the client")
        Duration silence,

        @Bound(
                value = "1h",
                least = "1ms",
                most = "30d",
                is = "how long one request may take from its first byte to the last of its answer")
        Duration request) {
    /** The defaults. */
    public static final HttpLimits DEFAULT = Bounds.defaults(HttpLimits.class);

    public HttpLimits {
        Bounds.check(HttpLimits.class, head, bodyBytes, idle, silence, request);
    }
}
