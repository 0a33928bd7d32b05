package libp2p.graphsync;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * Which requests are walked: so many at a time, and so many of one peer. The next is one of the peer that has fewest,
 * and of its requests the one of the highest priority, and of those the oldest. Thread-safe.
 */
final class TaskQueue {
    /** A request, which has a slot or waits for one again and again. */
    static final class Place {
        private final PeerId peer;
        private final long priority;
        private @Nullable Waiting turn;
        private boolean withdrawn;

        Place(PeerId peer, long priority) {
            this.peer = peer;
            this.priority = priority;
        }

        PeerId peer() {
            return peer;
        }
    }

    private static final class Waiting {
        final Place place;
        /** Of each its own: thousands wait, and one is granted. */
        final TimedCondition changed;

        /** Whether it counts as one of its peer already. */
        final boolean counted;

        boolean granted;

        Waiting(Place place, boolean counted, TimedCondition changed) {
            this.place = place;
            this.counted = counted;
            this.changed = changed;
        }
    }

    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<PeerId, Integer> running = new HashMap<>();
    private final int all;
    private final int perPeer;
    private int used;

    TaskQueue(Environment environment, int all, int perPeer) {
        this.all = all;
        this.perPeer = perPeer;
        this.environment = environment;
    }

    private Waiting waiting(Place place, boolean counted) {
        return new Waiting(place, counted, new TimedCondition(environment, lock));
    }

    /**
     * Waits for a slot.
     *
     * @return whether there is one; false if the request was {@linkplain #withdraw withdrawn}
     */
    boolean take(Place place) throws InterruptedIOException {
        Waiting turn = waiting(place, false);
        lock.lock();
        try {
            waiting.add(turn);
            grant();
            return await(turn);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a slot to the next, if any waits, and waits for another one: a walk may last as long as its peer likes.
     *
     * @return whether there is one; false if the request was {@linkplain #withdraw withdrawn}
     * @throws InterruptedIOException if it is interrupted; it has no slot then
     */
    boolean pass(Place place) throws InterruptedIOException {
        Waiting turn = waiting(place, false);
        lock.lock();
        try {
            waiting.add(turn);
            free(place.peer);
            return await(turn);
        } finally {
            lock.unlock();
        }
    }

    private boolean await(Waiting turn) throws InterruptedIOException {
        turn.place.turn = turn;
        try {
            while (!turn.granted && !turn.place.withdrawn) {
                turn.changed.await(Deadline.NONE);
            }
            if (!turn.granted) {
                giveUp(turn);
            }
            return turn.granted;
        } catch (InterruptedException e) {
            giveUp(turn);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a request waited to be served");
        } finally {
            turn.place.turn = null;
        }
    }

    private void giveUp(Waiting turn) {
        waiting.remove(turn);
        if (turn.granted) {
            free(turn.place.peer);
        } else if (turn.counted) {
            uncount(turn.place.peer);
            grant();
        }
    }

    /** A request ends: it waits for no slot any more, now or later, and keeps the one that it may have until it ends. */
    void withdraw(Place place) {
        lock.lock();
        try {
            place.withdrawn = true;
            Waiting turn = place.turn;
            if (turn != null) {
                waiting.remove(turn);
                turn.changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the slot to the next for as long as the peer takes to read; the request counts as one of its peer still. */
    void rest(PeerId peer) {
        lock.lock();
        try {
            used--;
            grant();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for a slot after {@link #rest}.
     *
     * @return whether there is one; false if the request was {@linkplain #withdraw withdrawn}, which does not count any
     *     more then
     * @throws InterruptedIOException if it is interrupted; it has no slot then, and does not count any more
     */
    boolean resume(Place place) throws InterruptedIOException {
        lock.lock();
        try {
            Waiting turn = waiting(place, true);
            waiting.add(turn);
            grant();
            return await(turn);
        } finally {
            lock.unlock();
        }
    }

    /** A request does not go on after {@link #rest}. */
    void leave(PeerId peer) {
        lock.lock();
        try {
            uncount(peer);
            grant();
        } finally {
            lock.unlock();
        }
    }

    /** Slots that a peer has, and requests of it that rest. */
    int running(PeerId peer) {
        lock.lock();
        try {
            return of(peer);
        } finally {
            lock.unlock();
        }
    }

    /** Gives the slot to the next. */
    void release(PeerId peer) {
        lock.lock();
        try {
            free(peer);
        } finally {
            lock.unlock();
        }
    }

    private void free(PeerId peer) {
        used--;
        uncount(peer);
        grant();
    }

    private void uncount(PeerId peer) {
        running.merge(peer, -1, (a, b) -> a + b == 0 ? null : a + b);
    }

    private void grant() {
        while (used < all) {
            Waiting best = null;
            for (Waiting one : waiting) {
                if ((one.counted || of(one.place.peer) < perPeer) && (best == null || isBefore(one, best))) {
                    best = one;
                }
            }
            if (best == null) {
                break;
            }
            waiting.remove(best);
            best.granted = true;
            used++;
            if (!best.counted) {
                running.merge(best.place.peer, 1, Integer::sum);
            }
            best.changed.signalAll();
        }
    }

    private boolean isBefore(Waiting one, Waiting other) {
        PeerId peer = one.place.peer;
        PeerId rival = other.place.peer;
        if (peer.equals(rival)) {
            return one.place.priority > other.place.priority;
        }
        return of(peer) - (one.counted ? 1 : 0) < of(rival) - (other.counted ? 1 : 0);
    }

    private int of(PeerId peer) {
        return running.getOrDefault(peer, 0);
    }
}
