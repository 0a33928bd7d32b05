package libp2p.nat.autonat.v2;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of a client of AutoNAT v2. */
public record ProbeLimits(
        @Bound(
                value = "30s",
                least = "1ms",
                most = "1d",
                is = "how long one request to a server may take, its dialing back included")
        Duration probe,

        @Bound(
                value = "5s",
                least = "1ms",
                most = "1d",
                is = "how long the stream of a server that dials back may take to bring the nonce")
        Duration dialBack,

        @Bound(
                value = "3s",
                least = "0s",
                most = "1d",
                is = "how long a nonce that the server calls delivered is waited for; 0s wants it to be here already")
        Duration settle,

        @Bound(
                value = "100000",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is = "that this host sends a server for one dial; a server that asks for more is refused, 0 sends none")
        long data) {
    /** The defaults of every bound. */
    public static final ProbeLimits DEFAULT = Bounds.defaults(ProbeLimits.class);

    public ProbeLimits {
        Bounds.check(ProbeLimits.class, probe, dialBack, settle, data);
    }
}
