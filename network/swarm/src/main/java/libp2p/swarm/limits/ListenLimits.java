package libp2p.swarm.limits;

import java.time.Duration;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;

/** Bounds of listening. */
public record ListenLimits(
        @Bound(
                value = "15s",
                least = "1ms",
                most = "1d",
                is = "how long a connection of a peer may take from being accepted until it is secured and multiplexed")
        Duration acceptTimeout,

        @Bound(
                value = "128",
                least = "1",
                most = "1000000",
                unit = "connections",
                is =
                        "of peers that are accepted but not yet secured and multiplexed; of more the oldest is closed that has had a second, or else the newest")
        int pending,

        @Bound(
                value = "5s",
                least = "0s",
                most = "7d",
                is = "time between two looks for changed network interfaces; 0s never looks")
        Duration interfacePoll) {
    /** The defaults. */
    public static final ListenLimits DEFAULT = Bounds.defaults(ListenLimits.class);

    public ListenLimits {
        Bounds.check(ListenLimits.class, acceptTimeout, pending, interfacePoll);
    }

    /** The same with another number of inbound handshakes at once. */
    public ListenLimits withPending(int value) {
        return new ListenLimits(acceptTimeout, value, interfacePoll);
    }

    /** The same with another pause between two looks at the machine's interfaces. */
    public ListenLimits withInterfacePoll(Duration value) {
        return new ListenLimits(acceptTimeout, pending, value);
    }
}
