package libp2p.protocols.ping;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the protocol. */
@LimitGroup("ping")
public record PingLimits(
        @Bound(
                value = "10s",
                least = "1ms",
                most = "1d",
                is = "how long a peer may take to answer a ping before the ping fails, or to take an answer")
        Duration answerTimeout,

        @Bound(
                value = "1m",
                least = "1ms",
                most = "7d",
                is = "how long a stream on which this host answers pings may bring none before it is reset")
        Duration idle) {
    /** The defaults. */
    public static final PingLimits DEFAULT = Bounds.defaults(PingLimits.class);

    public PingLimits {
        Bounds.check(PingLimits.class, answerTimeout, idle);
    }
}
