package libp2p.quic.endpoint;

import libp2p.quic.connection.Tracer;
import libp2p.quic.wire.ConnectionId;
import org.jspecify.annotations.Nullable;

/** Makes the tracers of the connections of an endpoint. Thread-safe. */
@FunctionalInterface
public interface Tracers {
    /** No connection has one. */
    Tracers NONE = (client, originalDestination, now) -> null;

    /**
     * The tracer of a new connection, or null.
     *
     * @param originalDestination the first id to which the client has sent, which both sides know
     * @param now the time of the connection's clock, in nanoseconds
     */
    @Nullable
    Tracer tracer(boolean client, ConnectionId originalDestination, long now);
}
