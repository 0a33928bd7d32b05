package libp2p.swarm.connection;

import java.lang.System.Logger.Level;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.ConnectionPhase;
import libp2p.core.event.HostEvent.ConnectionPhaseChanged;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Tells of the phases of connections: as events of the host, and in its log at {@code DEBUG}. Costs nothing where
 * neither is heard. Never blocks but for the log. Thread-safe.
 */
public final class ConnectionPhases {
    private static final System.Logger LOG = System.getLogger(ConnectionPhases.class.getName());

    /** Why an attempt to dial has ended that did not fail. */
    public static final String CANCELLED = "cancelled dial: another was faster, or it is not waited for";

    /** What has been told of an open connection; kept by the connection, guarded by the lock of this class. */
    enum Told {
        NOTHING,
        OPEN,
        CLOSING
    }

    private final EventBus events;
    /** Keeps the events of one open connection in order, which several threads may tell. */
    private final ReentrantLock lock = new ReentrantLock();

    public ConnectionPhases(EventBus events) {
        this.events = events;
    }

    private boolean isHeard() {
        return events.hasSubscribers(ConnectionPhaseChanged.class) || LOG.isLoggable(Level.DEBUG);
    }

    /** This host begins to dial an address. */
    public void dialing(ConnectionScope scope, @Nullable PeerId peer, Multiaddr remote) {
        if (isHeard()) {
            tell(event(scope, Direction.OUTBOUND, peer, remote, ConnectionPhase.DIALING, null));
        }
    }

    /** The transport is connected. */
    public void securing(ConnectionScope scope, Direction direction, @Nullable PeerId peer, Multiaddr remote) {
        if (isHeard()) {
            tell(event(scope, direction, peer, remote, ConnectionPhase.SECURING, null));
        }
    }

    /** The secure channel stands. */
    public void upgrading(ConnectionScope scope, Direction direction, PeerId peer, Multiaddr remote) {
        if (isHeard()) {
            tell(event(scope, direction, peer, remote, ConnectionPhase.UPGRADING, null));
        }
    }

    /** A connection did not become open. */
    public void failed(
            ConnectionScope scope, Direction direction, @Nullable PeerId peer, Multiaddr remote, Throwable cause) {
        if (isHeard()) {
            CloseReason reason = CloseReason.failure(ErrorCode.NONE, cause);
            tell(event(scope, direction, peer, remote, ConnectionPhase.CLOSED, reason));
        }
    }

    /** An attempt that this host gave up: another was faster, or no caller waits for it any more. */
    public void cancelled(ConnectionScope scope, @Nullable PeerId peer, Multiaddr remote) {
        if (isHeard()) {
            CloseReason reason = new CloseReason(ErrorCode.CONNECTION_SUPPLANTED, false, CANCELLED, null);
            tell(event(scope, Direction.OUTBOUND, peer, remote, ConnectionPhase.CLOSED, reason));
        }
    }

    /** An accepted connection turned out to be for something else than libp2p. */
    public void diverted(ConnectionScope scope, Multiaddr remote) {
        if (isHeard()) {
            CloseReason reason = new CloseReason(ErrorCode.NONE, false, "it does not speak libp2p", null);
            tell(event(scope, Direction.INBOUND, null, remote, ConnectionPhase.CLOSED, reason));
        }
    }

    void opened(SwarmConnection connection) {
        if (!isHeard()) {
            connection.told = Told.OPEN;
            return;
        }
        lock.lock();
        try {
            connection.told = Told.OPEN;
            tell(event(connection, ConnectionPhase.OPEN, null));
        } finally {
            lock.unlock();
        }
    }

    /** This host begins to close a connection. */
    void closing(SwarmConnection connection, long code, String reason) {
        if (isHeard() && connection.isOpen()) {
            closing(connection, new CloseReason(code, false, reason, null));
        }
    }

    private void closing(SwarmConnection connection, CloseReason reason) {
        lock.lock();
        try {
            if (connection.told == Told.OPEN) {
                connection.told = Told.CLOSING;
                tell(event(connection, ConnectionPhase.CLOSING, reason));
            }
        } finally {
            lock.unlock();
        }
    }

    void closed(SwarmConnection connection) {
        if (isHeard()) {
            CloseReason known = connection.closeReason();
            CloseReason reason = known == null ? CloseReason.LOCAL : known;
            closing(connection, reason);
            tell(event(connection, ConnectionPhase.CLOSED, reason));
        }
    }

    private static ConnectionPhaseChanged event(
            SwarmConnection connection, ConnectionPhase phase, @Nullable CloseReason reason) {
        return event(
                connection.scope(),
                connection.direction(),
                connection.remotePeer(),
                connection.remoteAddress(),
                phase,
                reason);
    }

    private static ConnectionPhaseChanged event(
            ConnectionScope scope,
            Direction direction,
            @Nullable PeerId peer,
            Multiaddr remote,
            ConnectionPhase phase,
            @Nullable CloseReason reason) {
        return new ConnectionPhaseChanged(scope.name(), direction, peer, remote, phase, reason);
    }

    private void tell(ConnectionPhaseChanged event) {
        events.publish(event);
        LOG.log(Level.DEBUG, event::toString);
    }
}
