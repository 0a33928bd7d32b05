package libp2p.swarm;

import java.util.function.UnaryOperator;
import libp2p.swarm.limits.DialLimits;
import libp2p.swarm.limits.HostConnectionLimits;
import libp2p.swarm.limits.ListenLimits;
import libp2p.swarm.limits.ResolveLimits;
import libp2p.swarm.limits.StreamLimits;

/**
 * Every bound of the swarm, by subject. The defaults are those of go-libp2p where it has one. One bound is changed so:
 *
 * <pre>{@code
 * Limits limits = Limits.DEFAULT.withDialing(dialing -> dialing.withLocalTimeout(Duration.ofSeconds(15)));
 * }</pre>
 *
 * @param dialing of dials
 * @param resolving of names that stand in addresses
 * @param listening of listeners and their handshakes
 * @param connections of connections and their ends
 * @param streams of streams and their negotiation
 */
public record Limits(
        DialLimits dialing,
        ResolveLimits resolving,
        ListenLimits listening,
        HostConnectionLimits connections,
        StreamLimits streams) {
    /** The defaults. */
    public static final Limits DEFAULT = new Limits(
            DialLimits.DEFAULT,
            ResolveLimits.DEFAULT,
            ListenLimits.DEFAULT,
            HostConnectionLimits.DEFAULT,
            StreamLimits.DEFAULT);

    /** The same with changed limits of dials. */
    public Limits withDialing(UnaryOperator<DialLimits> change) {
        return new Limits(change.apply(dialing), resolving, listening, connections, streams);
    }

    /** The same with changed limits of names. */
    public Limits withResolving(UnaryOperator<ResolveLimits> change) {
        return new Limits(dialing, change.apply(resolving), listening, connections, streams);
    }

    /** The same with changed limits of listeners. */
    public Limits withListening(UnaryOperator<ListenLimits> change) {
        return new Limits(dialing, resolving, change.apply(listening), connections, streams);
    }

    /** The same with changed limits of connections. */
    public Limits withConnections(UnaryOperator<HostConnectionLimits> change) {
        return new Limits(dialing, resolving, listening, change.apply(connections), streams);
    }

    /** The same with changed limits of streams. */
    public Limits withStreams(UnaryOperator<StreamLimits> change) {
        return new Limits(dialing, resolving, listening, connections, change.apply(streams));
    }
}
