package libp2p.swarm.listen;

import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ScopeUsage;
import libp2p.multiformats.multiaddr.Multiaddr;

/**
 * The scope of an inbound connection that may hold a place among the connections in their handshakes. The place is
 * given back once, with the scope at the latest, so that a transport that forgets to say how a handshake ended does not
 * keep it for ever. Thread-safe.
 */
final class PlacedScope implements ConnectionScope {
    private enum Place {
        NONE,
        HELD,
        CLOSED
    }

    private final ConnectionScope scope;
    private final Multiaddr remote;
    private final Runnable leaving;
    private final AtomicReference<Place> place = new AtomicReference<>(Place.NONE);

    /**
     * @param remote from where the connection came
     * @param leaving gives the place back
     */
    PlacedScope(ConnectionScope scope, Multiaddr remote, Runnable leaving) {
        this.scope = scope;
        this.remote = remote;
        this.leaving = leaving;
    }

    /** Puts a scope in charge of a place; false if it is closed, or not one of these. */
    static boolean take(ConnectionScope scope) {
        return scope instanceof PlacedScope placed && placed.place.compareAndSet(Place.NONE, Place.HELD);
    }

    /** Gives the place of a scope back if it holds one. */
    static void leave(ConnectionScope scope) {
        if (scope instanceof PlacedScope placed && placed.place.compareAndSet(Place.HELD, Place.NONE)) {
            placed.leaving.run();
        }
    }

    Multiaddr remote() {
        return remote;
    }

    @Override
    public void setPeer(PeerId peer) throws LimitExceededException {
        scope.setPeer(peer);
    }

    @Override
    public void setRemote(Multiaddr remote) throws LimitExceededException {
        scope.setRemote(remote);
    }

    @Override
    public String name() {
        return scope.name();
    }

    @Override
    public Reservation reserve(long bytes, int priority) throws LimitExceededException {
        return scope.reserve(bytes, priority);
    }

    @Override
    public ScopeUsage usage() {
        return scope.usage();
    }

    @Override
    public void close() {
        if (place.getAndSet(Place.CLOSED) == Place.HELD) {
            leaving.run();
        }
        scope.close();
    }

    @Override
    public String toString() {
        return scope.toString();
    }
}
