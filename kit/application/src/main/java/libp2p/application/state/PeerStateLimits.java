package libp2p.application.state;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** Bounds of a {@link PeerStateMachine}. */
@LimitGroup("peer-state")
public record PeerStateLimits(
        @Bound(value = "30s", least = "1ms", most = "7d", is = "how long a peer may be connecting")
        Duration connecting,

        @Bound(value = "10s", least = "1ms", most = "7d", is = "how long a peer may be handshaking")
        Duration handshaking,

        @Bound(value = "5s", least = "1ms", most = "7d", is = "how long a peer may be disconnecting")
        Duration disconnecting,

        @Bound(
                value = "64",
                least = "1",
                most = "100000",
                unit = "transitions",
                is = "that wait for the hooks of one machine; the oldest is dropped and counted")
        int transitions) {
    /** The defaults. */
    public static final PeerStateLimits DEFAULT = Bounds.defaults(PeerStateLimits.class);

    public PeerStateLimits {
        Bounds.check(PeerStateLimits.class, connecting, handshaking, disconnecting, transitions);
    }
}
