package libp2p.core.metrics;

import jdk.jfr.FlightRecorder;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionState;
import libp2p.core.connection.Stream;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Writes the events {@code libp2p.ConnectionOpened}, {@code libp2p.ConnectionClosed}, {@code libp2p.Handshake}, {@code
 * libp2p.StreamOpened}, {@code libp2p.StreamClosed} and {@code libp2p.Refused} to the Flight Recorder. As long as the
 * recorder has not been started in the process, with the JVM or later by {@code jcmd}, it costs one read of a field,
 * and the classes of the events are not even loaded. Stateless.
 */
public final class JfrObserver implements HostObserver {
    private static final int MAX_CAUSE = 256;

    /** An observer; all are alike. */
    public JfrObserver() {}

    @Override
    public void connectionOpened(Connection connection, long handshakeNanos) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        ConnectionOpenedEvent event = new ConnectionOpenedEvent();
        if (!event.shouldCommit()) {
            return;
        }
        ConnectionState state = connection.state();
        event.connection = connection.id();
        event.peer = connection.remotePeer().toString();
        event.remoteAddress = connection.remoteAddress().toString();
        event.direction = connection.direction().name();
        event.transport = state.transport();
        event.security = state.security();
        event.muxer = state.muxer();
        event.handshake = handshakeNanos;
        event.commit();
    }

    @Override
    public void connectionClosed(Connection connection) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        ConnectionClosedEvent event = new ConnectionClosedEvent();
        if (!event.shouldCommit()) {
            return;
        }
        event.connection = connection.id();
        event.peer = connection.remotePeer().toString();
        CloseReason reason = connection.closeReason();
        if (reason != null) {
            event.code = reason.code();
            event.remote = reason.remote();
            event.reason = cut(reason.text());
        }
        event.commit();
    }

    @Override
    public void dialed(String transport, long nanos, @Nullable Throwable cause) {
        handshake(Direction.OUTBOUND, transport, nanos, cause);
    }

    @Override
    public void inboundFailed(String transport, Throwable cause) {
        handshake(Direction.INBOUND, transport, 0, cause);
    }

    private static void handshake(Direction direction, String transport, long nanos, @Nullable Throwable cause) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        HandshakeEvent event = new HandshakeEvent();
        if (event.shouldCommit()) {
            event.direction = direction.name();
            event.transport = transport;
            event.time = nanos;
            event.succeeded = cause == null;
            event.cause = text(cause);
            event.commit();
        }
    }

    @Override
    public void streamOpened(Stream stream) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        StreamOpenedEvent event = new StreamOpenedEvent();
        if (event.shouldCommit()) {
            event.connection = stream.connection().id();
            event.stream = stream.id();
            event.peer = stream.connection().remotePeer().toString();
            event.direction = stream.direction().name();
            event.protocol = stream.protocol();
            event.commit();
        }
    }

    @Override
    public void streamClosed(Stream stream) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        StreamClosedEvent event = new StreamClosedEvent();
        if (event.shouldCommit()) {
            event.connection = stream.connection().id();
            event.stream = stream.id();
            event.protocol = stream.protocol();
            event.commit();
        }
    }

    @Override
    public void refused(String where, Throwable cause) {
        if (!FlightRecorder.isInitialized()) {
            return;
        }
        RefusedEvent event = new RefusedEvent();
        if (event.shouldCommit()) {
            event.where = where;
            event.cause = text(cause);
            event.commit();
        }
    }

    private static @Nullable String text(@Nullable Throwable cause) {
        return cause == null ? null : cut(cause.toString());
    }

    private static String cut(String text) {
        return text.length() <= MAX_CAUSE ? text : text.substring(0, MAX_CAUSE);
    }
}
