package libp2p.protocols.request;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the protocol. */
@LimitGroup("json-request")
public record JsonRequestLimits(
        @Bound(
                value = "1MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of one JSON object, a request or a response, that is read; a longer one ends the exchange")
        int bytes,

        @Bound(
                value = "30s",
                least = "1ms",
                most = "7d",
                is = "how long one request and its response may take, on either side")
        Duration timeout) {
    /** The defaults. */
    public static final JsonRequestLimits DEFAULT = Bounds.defaults(JsonRequestLimits.class);

    public JsonRequestLimits {
        Bounds.check(JsonRequestLimits.class, bytes, timeout);
    }
}
