package libp2p.bitswap;

import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;

/**
 * A peer task queue: the order in which peers are sent blocks: a bounded number of peers at a time, one message each. Peers that have
 * waited for ten seconds come first, then those that owe least: that got least for what they gave. Thread-safe.
 */
final class PeerTaskQueue {
    private static final long STARVED_NANOS = 10_000_000_000L;

    private static final class Waiting {
        final Ledger ledger;
        final long since;
        final TimedCondition changed;
        boolean granted;

        Waiting(Ledger ledger, long since, TimedCondition changed) {
            this.ledger = ledger;
            this.since = since;
            this.changed = changed;
        }
    }

    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Waiting> waiting = new ArrayList<>();
    private int free;

    PeerTaskQueue(Environment environment, int peers) {
        this.environment = environment;
        free = peers;
    }

    /** Waits for a turn. */
    void take(Ledger ledger) throws InterruptedIOException {
        lock.lock();
        try {
            if (free > 0 && waiting.isEmpty()) {
                free--;
                return;
            }
            Waiting turn = new Waiting(ledger, environment.nanoTime(), new TimedCondition(environment, lock));
            waiting.add(turn);
            try {
                while (!turn.granted) {
                    turn.changed.await(Deadline.NONE);
                }
            } catch (InterruptedException e) {
                waiting.remove(turn); // it was not granted: an interrupt beside the signal shows later
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("interrupted while waiting to send blocks");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives the turn to the next. */
    void release() {
        lock.lock();
        try {
            free++;
            long now = environment.nanoTime();
            while (free > 0 && !waiting.isEmpty()) {
                Waiting best = waiting.getFirst();
                if (now - best.since < STARVED_NANOS) {
                    for (Waiting one : waiting) {
                        best = one.ledger.debt() < best.ledger.debt() ? one : best;
                    }
                }
                waiting.remove(best);
                best.granted = true;
                free--;
                best.changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }
}
