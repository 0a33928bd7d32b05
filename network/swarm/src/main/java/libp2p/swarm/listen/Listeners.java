package libp2p.swarm.listen;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.HostClosedException;
import libp2p.core.environment.Environment;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceManager;
import libp2p.core.transport.ConnectionAcceptor;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.core.transport.TransportConnection;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.connection.ConnectionTable;
import org.jspecify.annotations.Nullable;

/** The listeners of a host, and what happens to the connections they accept. Thread-safe. */
public final class Listeners implements ConnectionAcceptor, AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Listeners.class.getName());

    private final List<Transport> transports;
    private final ConnectionTable table;
    private final ConnectionPhases phases;
    private final ResourceManager resources;
    private final ConnectionGater gater;
    private final HostObserver observer;
    private final HandshakePlaces places;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Listener> open = new ArrayList<>();
    private volatile Runnable changed = () -> {};
    private boolean closed;

    /** @param maximumPending connections between accept and ready */
    public Listeners(
            Environment environment,
            List<Transport> transports,
            ConnectionTable table,
            ConnectionPhases phases,
            ResourceManager resources,
            ConnectionGater gater,
            HostObserver observer,
            int maximumPending) {
        this.transports = List.copyOf(transports);
        this.table = table;
        this.phases = phases;
        this.resources = resources;
        this.gater = gater;
        this.observer = observer;
        this.places = new HandshakePlaces(environment, maximumPending);
    }

    /**
     * Listens on all the addresses, or on none.
     *
     * @throws IOException naming the address that no transport serves or that cannot be bound
     */
    public void listen(List<Multiaddr> addresses) throws IOException {
        List<Listener> started = new ArrayList<>();
        boolean done = false;
        try {
            for (Multiaddr address : addresses) {
                started.add(listen(address));
            }
            lock.lock();
            try {
                if (closed) {
                    throw new HostClosedException();
                }
                open.addAll(started);
                done = true;
            } finally {
                lock.unlock();
            }
        } finally {
            if (!done) {
                started.forEach(Listener::close);
            }
        }
    }

    /**
     * Listens on one more address.
     *
     * @throws IOException naming the address that no transport serves or that cannot be bound
     */
    public Listener add(Multiaddr address) throws IOException {
        Listener started = listen(address);
        lock.lock();
        try {
            if (!closed) {
                open.add(started);
                return started;
            }
        } finally {
            lock.unlock();
        }
        started.close();
        throw new HostClosedException();
    }

    /** Stops listening on one address; accepted connections stay. Idempotent. */
    public void remove(Listener listener) {
        lock.lock();
        try {
            open.remove(listener);
        } finally {
            lock.unlock();
        }
        listener.close();
    }

    private Listener listen(Multiaddr address) throws IOException {
        for (Transport transport : transports) {
            if (transport.canListen(address)) {
                try {
                    Listener listener = transport.listen(address, this);
                    listener.onAddressChange(this::addressChanged);
                    return listener;
                } catch (IOException e) {
                    throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
                }
            }
        }
        throw new IOException("no transport listens on " + address);
    }

    private void addressChanged() {
        changed.run();
    }

    /** Sets what is run when the address of a listener has changed. */
    public void onChange(Runnable action) {
        changed = action;
    }

    /** The bound addresses, with real ports. */
    public List<Multiaddr> addresses() {
        lock.lock();
        try {
            return open.stream().map(Listener::address).toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable ConnectionScope unproved(Multiaddr remote) {
        ConnectionScope scope = resources.openUnproved(remote);
        return scope == null ? null : PlacedScope.unproved(scope, remote, places);
    }

    @Override
    public void admit(Multiaddr local, Multiaddr remote, ConnectionScope unproved) throws IOException {
        try {
            enter(local, remote);
            if (!PlacedScope.take(unproved)) {
                places.giveBack();
            }
            phases.securing(unproved, Direction.INBOUND, null, remote);
        } catch (IOException e) {
            observer.refused("accept", e);
            throw e;
        }
    }

    @Override
    public ConnectionScope admit(Multiaddr local, Multiaddr remote, boolean descriptor) throws IOException {
        try {
            enter(local, remote);
            boolean admitted = false;
            try {
                PlacedScope scope = new PlacedScope(open(descriptor, remote), remote, places);
                admitted = PlacedScope.take(scope);
                phases.securing(scope, Direction.INBOUND, null, remote);
                return scope;
            } finally {
                if (!admitted) {
                    places.giveBack();
                }
            }
        } catch (IOException e) {
            observer.refused("accept", e);
            throw e;
        }
    }

    private void enter(Multiaddr local, Multiaddr remote) throws IOException {
        if (!gater.interceptAccept(local, remote)) {
            throw new GatedException("accept", remote);
        }
        places.take();
    }

    private ConnectionScope open(boolean descriptor, Multiaddr remote) throws LimitExceededException {
        try {
            return resources.openConnection(Direction.INBOUND, descriptor, remote);
        } catch (LimitExceededException full) {
            if (!places.makeRoom(full, null)) {
                throw full;
            }
            return resources.openConnection(Direction.INBOUND, descriptor, remote);
        }
    }

    @Override
    public void forwarded(Multiaddr local, Multiaddr remote, ConnectionScope scope) throws IOException {
        try {
            if (!gater.interceptAccept(local, remote)) {
                throw new GatedException("accept", remote);
            }
            scope.setRemote(remote);
        } catch (IOException e) {
            observer.refused("accept", e);
            throw e;
        }
    }

    @Override
    public void moved(Multiaddr local, Multiaddr remote, PeerId peer, ConnectionScope scope) throws IOException {
        try {
            if (!gater.interceptAccept(local, remote) || !gater.interceptSecured(Direction.INBOUND, peer, remote)) {
                throw new GatedException("move", remote);
            }
            scope.setRemote(remote);
        } catch (IOException e) {
            observer.refused("move", e);
            throw e;
        }
    }

    @Override
    public void accept(TransportConnection connection) {
        if (!PlacedScope.leave(
                connection.scope())) { // a newcomer has its place, and nothing is charged for it any more
            connection.close(ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED, "newcomers need the place");
            failed(
                    connection.localAddress(),
                    connection.remoteAddress(),
                    connection.scope(),
                    new IOException("newcomers need the place"));
            return;
        }
        try {
            table.add(connection, 0);
        } catch (IOException e) {
            // the table has told why, and closed it
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "connection from " + connection.remoteAddress() + " could not be taken in", e);
        }
    }

    @Override
    public void failed(Multiaddr local, Multiaddr remote, ConnectionScope scope, Throwable cause) {
        observer.inboundFailed(transportOf(local), cause);
        phases.failed(scope, Direction.INBOUND, null, remote, cause);
    }

    @Override
    public void diverted(ConnectionScope scope) {
        PlacedScope.leave(scope);
        if (scope instanceof PlacedScope placed) {
            phases.diverted(scope, placed.remote());
        }
    }

    private String transportOf(Multiaddr local) {
        for (Transport transport : transports) {
            if (transport.canListen(local)) {
                return transport.name();
            }
        }
        return "";
    }

    /** Stops listening; accepted connections stay. Idempotent. */
    @Override
    public void close() {
        List<Listener> listeners;
        lock.lock();
        try {
            closed = true;
            listeners = List.copyOf(open);
            open.clear();
        } finally {
            lock.unlock();
        }
        listeners.forEach(Listener::close);
    }
}
