package libp2p.core.routing;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/**
 * Results on their way from the threads that find them to the one that takes them. A finder that is ahead of the taker
 * waits; the taker that is ahead waits for the next result, the end or the deadline. Thread-safe.
 */
public final class ResultQueue<T> implements Results<T> {
    private final int most;
    private final Deadline deadline;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<T> results = new ArrayDeque<>();
    private boolean ended;
    private boolean closed;
    private @Nullable IOException failure;

    /**
     * Is empty.
     *
     * @param most results that wait to be taken; positive
     * @param deadline after which nothing more is put or waited for
     */
    public ResultQueue(Environment environment, int most, Deadline deadline) {
        if (most < 1) {
            throw new IllegalArgumentException(most + " results that wait");
        }
        this.most = most;
        this.deadline = deadline;
        this.changed = new TimedCondition(environment, lock);
    }

    /**
     * Hands a result over; blocks while too many wait.
     *
     * @return whether more are wanted; not so after {@link #close}, the deadline or an interrupt of the caller, which
     *     stays noted
     */
    public boolean put(T result) {
        lock.lock();
        try {
            while (!closed && results.size() >= most) {
                if (!changed.await(deadline)) {
                    return false;
                }
            }
            if (!closed) {
                results.add(result);
                changed.signalAll();
            }
            return !closed;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Nothing more comes. Of several calls the first counts.
     *
     * @param why told to the taker after the results that are left; null if all is well
     */
    public void end(@Nullable IOException why) {
        lock.lock();
        try {
            if (!ended) {
                ended = true;
                failure = why;
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable T next() throws IOException {
        lock.lock();
        try {
            while (results.isEmpty() && !ended && !closed && changed.await(deadline)) {
                // something has changed
            }
            T next = results.poll();
            changed.signalAll();
            IOException error = failure;
            if (next == null && error != null && !closed) {
                failure = null; // told once
                throw error;
            }
            return next;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for results was interrupted");
        } finally {
            lock.unlock();
        }
    }

    /** Forgets what was not taken, and lets finders know that nothing more is wanted. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            results.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
