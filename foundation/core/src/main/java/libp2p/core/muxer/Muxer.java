package libp2p.core.muxer;

import libp2p.core.environment.Environment;
import libp2p.core.resource.ResourceScope;
import libp2p.core.security.SecureConnection;

/** Carries many streams over one secured connection. Immutable and thread-safe. */
public interface Muxer {
    /** Protocol id, for example {@code "/yamux/1.0.0"}. */
    String protocol();

    /**
     * Starts the muxer on a connection and takes it over: its threads start, and closing the result closes the
     * connection.
     *
     * @param initiator whether this side opened the connection; decides the parity of stream ids
     * @param memory where receive windows and send buffers are charged
     */
    MuxedConnection mux(Environment environment, SecureConnection connection, boolean initiator, ResourceScope memory);
}
