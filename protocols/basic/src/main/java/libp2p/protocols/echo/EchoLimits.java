package libp2p.protocols.echo;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of the protocol. */
@LimitGroup("echo")
public record EchoLimits(
        @Bound(
                value = "16KiB",
                least = "1",
                most = "16MiB",
                unit = "bytes",
                is = "that one stream holds between reading and sending back")
        int buffer,

        @Bound(value = "1m", least = "1ms", most = "7d", is = "how long a stream may stand still before it is given up")
        Duration idle) {
    /** The defaults. */
    public static final EchoLimits DEFAULT = Bounds.defaults(EchoLimits.class);

    public EchoLimits {
        Bounds.check(EchoLimits.class, buffer, idle);
    }
}
