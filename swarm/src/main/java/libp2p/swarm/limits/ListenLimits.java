package libp2p.swarm.limits;

import java.time.Duration;

/**
 * Bounds of listening.
 *
 * @param acceptTimeout from accepting a connection until it is secured and multiplexed
 * @param pending inbound connections between accept and ready
 * @param interfacePoll the time between two looks at the interfaces of the machine; zero: never
 */
public record ListenLimits(Duration acceptTimeout, int pending, Duration interfacePoll) {
    /** The defaults. */
    public static final ListenLimits DEFAULT = new ListenLimits(Duration.ofSeconds(15), 128, Duration.ofSeconds(5));

    /** The same with another number of inbound handshakes at once. */
    public ListenLimits withPending(int value) {
        return new ListenLimits(acceptTimeout, value, interfacePoll);
    }

    /** The same with another pause between two looks at the machine's interfaces. */
    public ListenLimits withInterfacePoll(Duration value) {
        return new ListenLimits(acceptTimeout, pending, value);
    }
}
