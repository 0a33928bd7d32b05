package libp2p.swarm.connection;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of a host, by peer. Thread-safe. Connectedness events are published in order per peer, before
 * the listener hears of the connection.
 */
public final class ConnectionTable {
    /** Hears when connections come and go; called without locks. */
    public interface Listener {
        void opened(SwarmConnection connection);

        void closed(SwarmConnection connection);
    }

    private final ConnectionContext context;
    private final ConnectionGater gater;
    private final EventBus events;
    private final ConnectednessFeed feed;
    private final PeerWatches watches = new PeerWatches();
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, List<SwarmConnection>> byPeer = new HashMap<>();
    private volatile @Nullable Listener listener;
    private long nextId = 1;
    private boolean closed;

    public ConnectionTable(ConnectionContext context, ConnectionGater gater, EventBus events) {
        this.context = context;
        this.gater = gater;
        this.events = events;
        this.feed = new ConnectednessFeed(this::connectedness, this::publish);
    }

    /** Tells of the phases of the connections of this table. */
    public ConnectionPhases phases() {
        return context.phases();
    }

    public void listener(Listener value) {
        listener = value;
    }

    /**
     * Takes a connection of a transport in and serves its streams.
     *
     * @throws java.io.IOException if the gater or a limit refuses, or the host is closed; the connection is closed
     *     then, as it is whatever else is thrown
     */
    public SwarmConnection add(TransportConnection transport, long handshakeNanos) throws java.io.IOException {
        SwarmConnection connection = new SwarmConnection(takeId(), transport, context);
        boolean done = false;
        try {
            enter(connection);
            announce(connection, handshakeNanos);
            new InboundStreams(connection, context).begin();
            done = true;
            watches.changed(connection.remotePeer());
            return connection;
        } finally {
            if (!done) {
                transport.close(ErrorCode.CONNECTION_NEGOTIATION_FAILED, "the connection could not be taken in");
            }
        }
    }

    private void enter(SwarmConnection connection) throws java.io.IOException {
        if (!gater.interceptUpgraded(connection)) {
            throw refused(
                    connection,
                    ErrorCode.CONNECTION_GATED,
                    "refused by the connection gater",
                    new libp2p.core.connection.GatedException("upgraded", connection.remotePeer()));
        }
        LimitExceededException refusal = insert(connection);
        if (refusal != null) {
            context.observer().refused("connection", refusal);
            throw refused(connection, ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED, refusal.toString(), refusal);
        }
    }

    private <E extends java.io.IOException> E refused(SwarmConnection connection, long code, String reason, E refusal) {
        TransportConnection transport = connection.transport();
        transport.close(code, reason);
        context.phases()
                .failed(
                        transport.scope(),
                        transport.direction(),
                        transport.remotePeer(),
                        transport.remoteAddress(),
                        refusal);
        return refusal;
    }

    /**
     * Even when a listener fails, the connection is taken out of the table when it has ended, and not before all have
     * heard of it.
     */
    private void announce(SwarmConnection connection, long handshakeNanos) {
        try {
            context.observer().connectionOpened(connection, handshakeNanos);
            context.phases().opened(connection);
            feed.changed(connection.remotePeer());
            Listener current = listener;
            if (current != null) {
                current.opened(connection);
            }
        } finally {
            connection.transport().onClose(() -> ended(connection));
        }
    }

    private long takeId() {
        lock.lock();
        try {
            return nextId++;
        } finally {
            lock.unlock();
        }
    }

    private @Nullable LimitExceededException insert(SwarmConnection connection) {
        PeerId peer = connection.remotePeer();
        int maximum = context.limits().connections().perPeer();
        lock.lock();
        try {
            if (closed) {
                return new LimitExceededException(
                        "host (closed)", "connections", 1, 0, LimitExceededException.Side.LOCAL);
            }
            List<SwarmConnection> present = byPeer.computeIfAbsent(peer, key -> new ArrayList<>(1));
            if (present.size() >= maximum) {
                return new LimitExceededException(
                        "peer:" + peer, "connections", present.size() + 1L, maximum, LimitExceededException.Side.LOCAL);
            }
            present.add(connection);
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void ended(SwarmConnection connection) {
        lock.lock();
        try {
            List<SwarmConnection> present = byPeer.get(connection.remotePeer());
            if (present != null && present.remove(connection) && present.isEmpty()) {
                byPeer.remove(connection.remotePeer());
            }
        } finally {
            lock.unlock();
        }
        context.observer().connectionClosed(connection);
        context.phases().closed(connection);
        feed.changed(connection.remotePeer());
        Listener current = listener;
        if (current != null) {
            current.closed(connection);
        }
        watches.changed(connection.remotePeer());
    }

    /** Runs an action, which must not block, whenever a connection of the peer is ready or has ended. */
    public Registration watch(PeerId peer, Runnable action) {
        return watches.add(peer, action);
    }

    private void publish(PeerId peer, Connectedness connectedness) {
        events.publish(new ConnectednessChanged(peer, connectedness));
    }

    /** Connectedness of a peer now. */
    public Connectedness connectedness(PeerId peer) {
        Connectedness best = Connectedness.NOT_CONNECTED;
        for (SwarmConnection connection : connections(peer)) {
            if (!connection.isLimited()) {
                return Connectedness.CONNECTED;
            }
            best = Connectedness.LIMITED;
        }
        return best;
    }

    /** The connections to a peer, oldest first. */
    public List<SwarmConnection> connections(PeerId peer) {
        lock.lock();
        try {
            List<SwarmConnection> present = byPeer.get(peer);
            return present == null ? List.of() : List.copyOf(present);
        } finally {
            lock.unlock();
        }
    }

    /** All connections, oldest first. */
    public List<SwarmConnection> connections() {
        lock.lock();
        try {
            return byPeer.values().stream()
                    .flatMap(List::stream)
                    .sorted(Comparator.comparingLong(SwarmConnection::id))
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** The addresses of the peers that are connected, whichever side dialed. */
    public List<Multiaddr> remotes() {
        return connections().stream()
                .filter(SwarmConnection::isOpen)
                .map(SwarmConnection::remoteAddress)
                .toList();
    }

    /**
     * The connection for a new stream: unlimited before limited, then direct before relayed, then the one with most
     * streams, then the oldest.
     */
    public @Nullable SwarmConnection best(PeerId peer) {
        SwarmConnection best = null;
        for (SwarmConnection candidate : connections(peer)) {
            if (candidate.isOpen() && (best == null || better(candidate, best))) {
                best = candidate;
            }
        }
        return best;
    }

    private static boolean better(SwarmConnection candidate, SwarmConnection best) {
        if (candidate.isLimited() != best.isLimited()) {
            return best.isLimited();
        }
        if (candidate.isDirect() != best.isDirect()) {
            return candidate.isDirect();
        }
        return candidate.streamCount() > best.streamCount();
    }

    /** As {@link #best}, of the connections that do not lead through a relay. */
    public @Nullable SwarmConnection bestDirect(PeerId peer) {
        SwarmConnection best = null;
        for (SwarmConnection candidate : connections(peer)) {
            if (candidate.isOpen() && candidate.isDirect() && (best == null || better(candidate, best))) {
                best = candidate;
            }
        }
        return best;
    }

    /** Refuses new connections from now on, and returns those that are open. */
    public List<SwarmConnection> closeTable() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        return connections();
    }
}
