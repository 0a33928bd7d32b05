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
        boolean granted;

        Waiting(PeerId peer, long priority) {
            this.peer = peer;
            this.priority = priority;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final List<Waiting> waiting = new ArrayList<>();
    private final Map<PeerId, Integer> running = new HashMap<>();
    private final int all;
    private final int perPeer;
    private int used;

    TaskQueue(Environment environment, int all, int perPeer) {
        this.all = all;
        this.perPeer = perPeer;
        changed = new TimedCondition(environment, lock);
    }

    /** Waits for a slot. */
    void take(PeerId peer, long priority) throws InterruptedIOException {
        Waiting turn = new Waiting(peer, priority);
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
        Waiting turn = new Waiting(peer, priority);
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
                changed.await(Deadline.NONE);
            }
        } catch (InterruptedException e) {
            if (turn.granted) {
                free(turn.peer);
            }
            waiting.remove(turn);
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a request waited to be served");
        }
    }

    /** Slots that a peer has. */
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
        running.merge(peer, -1, (a, b) -> a + b == 0 ? null : a + b);
        grant();
    }

    private void grant() {
        boolean any = false;
        while (used < all) {
            Waiting best = null;
            for (Waiting one : waiting) {
                if (of(one.peer) < perPeer && (best == null || isBefore(one, best))) {
                    best = one;
                }
            }
            if (best == null) {
                break;
            }
            waiting.remove(best);
            best.granted = true;
            used++;
            running.merge(best.peer, 1, Integer::sum);
            any = true;
        }
        if (any) {
            changed.signalAll();
        }
    }

    private boolean isBefore(Waiting one, Waiting other) {
        if (one.peer.equals(other.peer)) {
            return one.priority > other.priority;
        }
        return of(one.peer) < of(other.peer);
    }

    private int of(PeerId peer) {
        return running.getOrDefault(peer, 0);
    }
}
