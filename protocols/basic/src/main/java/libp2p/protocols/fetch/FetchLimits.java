package libp2p.protocols.fetch;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the protocol. */
@LimitGroup("fetch")
public record FetchLimits(
        @Bound(
                value = "2KiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of one key that a peer asks for; a longer one is refused")
        int keyBytes,

        @Bound(
                value = "10MiB",
                least = "1",
                most = "1GiB",
                unit = "bytes",
                is = "of one value that is taken from a peer; a longer one fails the request")
        int valueBytes,

        @Bound(
                value = "10s",
                least = "1ms",
                most = "7d",
                is = "how long one request and its response may take, on either side")
        Duration timeout) {
    /** The defaults. */
    public static final FetchLimits DEFAULT = Bounds.defaults(FetchLimits.class);

    public FetchLimits {
        Bounds.check(FetchLimits.class, keyBytes, valueBytes, timeout);
    }
}
