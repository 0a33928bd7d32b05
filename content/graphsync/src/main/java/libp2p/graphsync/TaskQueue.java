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

/**
 * Which requests are walked: so many at a time, and so many of one peer. The next is one of the peer that has fewest,
 * and of its requests the one of the highest priority, and of those the oldest. Thread-safe.
 */
final class TaskQueue {
    private static final class Waiting {
        final PeerId peer;
        final long priority;
        /** Of each its own: thousands wait, and one is granted. */
        final TimedCondition changed;

        /** Whether it counts as one of its peer already. */
        final boolean counted;

        boolean granted;

        Waiting(PeerId peer, long priority, boolean counted, TimedCondition changed) {
            this.peer = peer;
            this.priority = priority;
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

    private Waiting waiting(PeerId peer, long priority, boolean counted) {
        return new Waiting(peer, priority, counted, new TimedCondition(environment, lock));
    }

    /** Waits for a slot. */
    void take(PeerId peer, long priority) throws InterruptedIOException {
        Waiting turn = waiting(peer, priority, false);
        lock.lock();
        try {
            waiting.add(turn);
            grant();
            await(turn);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives a slot to the next, if any waits, and waits for another one: a walk may last as long as its peer likes.
     *
     * @throws InterruptedIOException if it is interrupted; it has no slot then
     */
    void pass(PeerId peer, long priority) throws InterruptedIOException {
        Waiting turn = waiting(peer, priority, false);
        lock.lock();
        try {
            waiting.add(turn);
            free(peer);
            await(turn);
        } finally {
            lock.unlock();
        }
    }

    private void await(Waiting turn) throws InterruptedIOException {
        try {
            while (!turn.granted) {
                turn.changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            waiting.remove(turn);
            if (turn.granted) {
                free(turn.peer);
            } else if (turn.counted) {
                uncount(turn.peer);
            }
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a request waited to be served");
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
     * @throws InterruptedIOException if it is interrupted; it has no slot then, and does not count any more
     */
    void resume(PeerId peer, long priority) throws InterruptedIOException {
        lock.lock();
        try {
            Waiting turn = waiting(peer, priority, true);
            waiting.add(turn);
            grant();
            await(turn);
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
                if ((one.counted || of(one.peer) < perPeer) && (best == null || isBefore(one, best))) {
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
                running.merge(best.peer, 1, Integer::sum);
            }
            best.changed.signalAll();
        }
    }

    private boolean isBefore(Waiting one, Waiting other) {
        if (one.peer.equals(other.peer)) {
            return one.priority > other.priority;
        }
        return of(one.peer) - (one.counted ? 1 : 0) < of(other.peer) - (other.counted ? 1 : 0);
    }

    private int of(PeerId peer) {
        return running.getOrDefault(peer, 0);
    }
}
