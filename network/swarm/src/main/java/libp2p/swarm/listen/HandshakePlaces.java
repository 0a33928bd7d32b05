package libp2p.swarm.listen;

import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import libp2p.core.environment.Environment;
import libp2p.core.resource.LimitExceededException;
import org.jspecify.annotations.Nullable;

/**
 * The places of inbound connections whose handshake is under way. Where none is free the connection that came first
 * makes room, if it has had its second: an honest handshake is over by then, and strangers that say nothing would hold
 * all places until their handshakes time out. Thread-safe.
 */
final class HandshakePlaces {
    /** So long a connection keeps its place however many come, in nanoseconds. */
    private static final long KEPT = 1_000_000_000L;

    private final Environment environment;
    private final int maximum;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedSet<PlacedScope> held = new LinkedHashSet<>();
    private int taken;

    /** @param maximum connections between accept and ready */
    HandshakePlaces(Environment environment, int maximum) {
        this.environment = environment;
        this.maximum = maximum;
    }

    /**
     * Takes a place, which {@link #hold} or {@link #giveBack} is called for next.
     *
     * @throws LimitExceededException if none is free and none becomes free
     */
    void take() throws LimitExceededException {
        PlacedScope displaced;
        lock.lock();
        try {
            displaced = taken < maximum ? null : oldest(scope -> true);
            if (taken >= maximum) {
                throw new LimitExceededException(
                        "swarm", "pendingInbound", taken + 1L, maximum, LimitExceededException.Side.LOCAL);
            }
            taken++;
        } finally {
            lock.unlock();
        }
        giveUp(displaced);
    }

    /**
     * Has the oldest connection make room in the transient scope, whose places may be fewer.
     *
     * @param full of which scope there was too little
     * @param newcomer stays, if it has a place already
     * @return false if another scope is full, or there is no connection to make room
     */
    boolean makeRoom(LimitExceededException full, @Nullable PlacedScope newcomer) {
        return full.scope().equals("transient") && displace(newcomer);
    }

    /** Has the oldest connection of the transient scope but one make room; false if there is none. */
    boolean displace(@Nullable PlacedScope newcomer) {
        PlacedScope displaced;
        lock.lock();
        try {
            displaced = oldest(scope -> scope != newcomer && scope.isTransient());
        } finally {
            lock.unlock();
        }
        giveUp(displaced);
        return displaced != null;
    }

    /** Takes the oldest connection of those out that may be displaced, or returns null. Needs the lock. */
    private @Nullable PlacedScope oldest(Predicate<PlacedScope> which) {
        long now = environment.nanoTime();
        Iterator<PlacedScope> scopes = held.iterator();
        while (scopes.hasNext()) {
            PlacedScope scope = scopes.next();
            if (now - scope.since() < KEPT) {
                return null; // as all that follow
            }
            if (which.test(scope) && scope.displace()) {
                scopes.remove();
                taken--;
                return scope;
            }
        }
        return null;
    }

    private void giveUp(@Nullable PlacedScope displaced) {
        if (displaced != null) {
            displaced.close();
            environment.start("displaced handshake", displaced::giveUp);
        }
    }

    long now() {
        return environment.nanoTime();
    }

    /** A scope is in charge of a place that was taken, unless it has just been closed and has given the place back. */
    void hold(PlacedScope scope) {
        lock.lock();
        try {
            if (scope.isHeld()) {
                held.add(scope);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Connections that hold a place; for tests. */
    int held() {
        lock.lock();
        try {
            return held.size();
        } finally {
            lock.unlock();
        }
    }

    /** A place of a scope is free again. */
    void leave(PlacedScope scope) {
        lock.lock();
        try {
            held.remove(scope);
            taken--;
        } finally {
            lock.unlock();
        }
    }

    /** A place that no scope is in charge of is free again. */
    void giveBack() {
        lock.lock();
        try {
            taken--;
        } finally {
            lock.unlock();
        }
    }
}
