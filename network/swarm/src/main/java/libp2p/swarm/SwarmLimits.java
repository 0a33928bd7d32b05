package libp2p.swarm;

import java.util.function.UnaryOperator;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;
import libp2p.swarm.limits.DialLimits;
import libp2p.swarm.limits.HostConnectionLimits;
import libp2p.swarm.limits.ListenLimits;
import libp2p.swarm.limits.ResolveLimits;
import libp2p.swarm.limits.SwarmStreamLimits;

/**
 * Every bound of the swarm, by subject. The defaults are those of go-libp2p where it has one. One bound is changed so:
 *
 * <pre>{@code
 * SwarmLimits limits = SwarmLimits.DEFAULT.withDialing(dialing -> dialing.withLocalTimeout(Duration.ofSeconds(15)));
 * }</pre>
 *
 * @param dialing of dials
 * @param resolving of names that stand in addresses
 * @param listening of listeners and their handshakes
 * @param connections of connections and their ends
 * @param streams of streams and their negotiation
 */
@LimitGroup("swarm")
public record SwarmLimits(
        DialLimits dialing,
        ResolveLimits resolving,
        ListenLimits listening,
        HostConnectionLimits connections,
        SwarmStreamLimits streams) {
    /** The defaults. */
    public static final SwarmLimits DEFAULT = Bounds.defaults(SwarmLimits.class);

    public SwarmLimits {
        Bounds.check(SwarmLimits.class, dialing, resolving, listening, connections, streams);
    }

    /** The same with changed limits of dials. */
    public SwarmLimits withDialing(UnaryOperator<DialLimits> change) {
        return new SwarmLimits(change.apply(dialing), resolving, listening, connections, streams);
    }

    /** The same with changed limits of listeners. */
    public SwarmLimits withListening(UnaryOperator<ListenLimits> change) {
        return new SwarmLimits(dialing, resolving, change.apply(listening), connections, streams);
    }

    /** The same with changed limits of streams. */
    public SwarmLimits withStreams(UnaryOperator<SwarmStreamLimits> change) {
        return new SwarmLimits(dialing, resolving, listening, connections, change.apply(streams));
    }
}
