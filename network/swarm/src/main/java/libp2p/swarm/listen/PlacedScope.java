package libp2p.swarm.listen;

import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ScopeUsage;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The scope of an inbound connection that may hold a place among the connections in their handshakes. The place is
 * given back once, with the scope at the latest, so that a transport that forgets to say how a handshake ended does not
 * keep it for ever. Thread-safe.
 */
final class PlacedScope implements ConnectionScope {
    private enum Place {
        NONE,
        HELD,
        DISPLACED,
        CLOSED
    }

    private final ConnectionScope scope;
    private final Multiaddr remote;
    private final HandshakePlaces places;
    private final long since;
    private final AtomicReference<Place> place = new AtomicReference<>(Place.NONE);
    private final AtomicReference<@Nullable Runnable> end = new AtomicReference<>();
    private volatile boolean isTransient;

    /** @param remote from where the connection came */
    PlacedScope(ConnectionScope scope, Multiaddr remote, HandshakePlaces places) {
        this(scope, remote, places, true);
    }

    private PlacedScope(ConnectionScope scope, Multiaddr remote, HandshakePlaces places, boolean isTransient) {
        this.scope = scope;
        this.remote = remote;
        this.places = places;
        this.isTransient = isTransient;
        since = places.now();
    }

    /** That of a connection whose address is only claimed. */
    static PlacedScope unproved(ConnectionScope scope, Multiaddr remote, HandshakePlaces places) {
        return new PlacedScope(scope, remote, places, false);
    }

    /** Whether the connection is charged to the transient scope. */
    boolean isTransient() {
        return isTransient;
    }

    /** Puts a scope in charge of a place; false if it is closed, or not one of these. */
    static boolean take(ConnectionScope scope) {
        if (!(scope instanceof PlacedScope placed) || !placed.place.compareAndSet(Place.NONE, Place.HELD)) {
            return false;
        }
        placed.places.hold(placed);
        return true;
    }

    /** Gives the place of a scope back if it holds one; false if a newcomer has it. */
    static boolean leave(ConnectionScope scope) {
        if (!(scope instanceof PlacedScope placed)) {
            return true;
        }
        if (placed.place.compareAndSet(Place.HELD, Place.NONE)) {
            placed.places.leave(placed);
        }
        return placed.place.get() != Place.DISPLACED;
    }

    boolean isHeld() {
        return place.get() == Place.HELD;
    }

    /** When the connection came. */
    long since() {
        return since;
    }

    /** Takes the place away, if the connection holds it and can be ended. */
    boolean displace() {
        return end.get() != null && place.compareAndSet(Place.HELD, Place.DISPLACED);
    }

    /** Ends the connection whose place was taken away. */
    void giveUp() {
        Runnable action = end.getAndSet(null);
        if (action != null) {
            action.run();
        }
    }

    @Override
    public void onDisplaced(Runnable action) {
        end.set(action);
    }

    Multiaddr remote() {
        return remote;
    }

    @Override
    public void setPeer(PeerId peer) throws LimitExceededException {
        scope.setPeer(peer);
        isTransient = false;
    }

    @Override
    public void addressProved() throws LimitExceededException {
        try {
            scope.addressProved();
        } catch (LimitExceededException full) {
            if (!places.makeRoom(full, this)) {
                throw full;
            }
            scope.addressProved();
        }
        isTransient = true;
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
        if (place.getAndUpdate(now -> now == Place.DISPLACED ? now : Place.CLOSED) == Place.HELD) {
            places.leave(this);
        }
        scope.close();
    }

    @Override
    public String toString() {
        return scope.toString();
    }
}
