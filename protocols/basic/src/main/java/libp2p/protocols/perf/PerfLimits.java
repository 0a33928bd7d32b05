package libp2p.protocols.perf;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the protocol. */
@LimitGroup("perf")
public record PerfLimits(
        @Bound(
                value = "1m",
                least = "1ms",
                most = "7d",
                is = "how long a measurement may stand still before it is given up")
        Duration idle) {
    /** The defaults. */
    public static final PerfLimits DEFAULT = Bounds.defaults(PerfLimits.class);

    public PerfLimits {
        Bounds.check(PerfLimits.class, idle);
    }
}
