package libp2p.transports.tcp;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the TCP transport. */
@LimitGroup("tcp")
public record TcpLimits(
        @Bound(
                value = "50ms",
                least = "1ms",
                most = "1d",
                is = "how long a listener rests after accepting failed, for example for want of a file descriptor")
        Duration acceptPause,

        @Bound(
                value = "5s",
                least = "1ms",
                most = "1d",
                is = "how long a client of a shared port may take to send the bytes that tell what it speaks")
        Duration sniffTimeout,

        @Bound(
                value = "256",
                least = "1",
                most = "1000000",
                unit = "addresses",
                is = "from which the other half of a hole punch is expected; the oldest are forgotten")
        int punches,

        @Bound(
                value = "300ms",
                least = "1ms",
                most = "1d",
                is =
                        "how long a connection from an expected hole punch must be silent before this host begins to speak")
        Duration punchSilence) {
    /** The defaults. */
    public static final TcpLimits DEFAULT = Bounds.defaults(TcpLimits.class);

    public TcpLimits {
        Bounds.check(TcpLimits.class, acceptPause, sniffTimeout, punches, punchSilence);
    }
}
