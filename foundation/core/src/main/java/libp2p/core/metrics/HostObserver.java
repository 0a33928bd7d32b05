package libp2p.core.metrics;

import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Hears what a host does, for metrics. Called without locks on the threads that do the work, so it must be quick, must
 * not block and must not throw. All durations are in nanoseconds.
 */
public interface HostObserver {
    /** Hears nothing. */
    HostObserver NONE = new HostObserver() {};

    /** A connection is ready. */
    default void connectionOpened(Connection connection, long handshakeNanos) {}

    /** A connection has ended. */
    default void connectionClosed(Connection connection) {}

    /** An address was dialed; the cause is null on success. */
    default void dialed(String transport, long nanos, @Nullable Throwable cause) {}

    /** An inbound connection failed before it was ready. */
    default void inboundFailed(String transport, Throwable cause) {}

    /** Protocols were negotiated on a stream; the protocol is null if none was agreed. */
    default void negotiated(Direction direction, @Nullable String protocol, long nanos) {}

    /** A stream has agreed on its protocol. */
    default void streamOpened(Stream stream) {}

    /** A stream has ended. */
    default void streamClosed(Stream stream) {}

    /** The counter for the payload of a stream, after its negotiation; asked once, before the first byte. */
    default TrafficCounter traffic(Stream stream) {
        return TrafficCounter.NONE;
    }

    /** A peer was refused: by the gater, a limit or a full queue. */
    default void refused(String where, Throwable cause) {}
}
