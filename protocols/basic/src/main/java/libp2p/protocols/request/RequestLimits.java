package libp2p.protocols.request;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of an exchange; those of rust-libp2p by default. */
@LimitGroup("request")
public record RequestLimits(
        @Bound(
                value = "1MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of one request that is served; a longer one is refused")
        int requestBytes,

        @Bound(
                value = "10MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of one response that is taken; a longer one fails the request")
        int responseBytes,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "7d",
                is = "how long one request and its response may take, on either side")
        Duration timeout) {
    /** The defaults. */
    public static final RequestLimits DEFAULT = Bounds.defaults(RequestLimits.class);

    public RequestLimits {
        Bounds.check(RequestLimits.class, requestBytes, responseBytes, timeout);
    }
}
