package libp2p.kad;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/**
 * Results that a thread of their own finds. It waits when as many lie here as are allowed, and ends when nobody wants
 * more.
 */
final class Search<T> implements Results<T> {
    /** Finds results and gives each to the sink. */
    interface Body<T> {
        void run(Sink<T> sink) throws IOException;
    }

    /** Takes results; waits while there are too many. */
    interface Sink<T> {
        /** @return whether more are wanted */
        boolean put(T result);
    }

    private static final int WAITING = 64;

    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Deque<T> results = new ArrayDeque<>();
    private @Nullable IOException failure;
    private @Nullable Thread worker;
    private boolean done;
    private boolean closed;

    Search(Environment environment, String name, Body<T> body) {
        changed = new TimedCondition(environment, lock);
        environment.start(name, () -> run(body));
    }

    private void run(Body<T> body) {
        IOException error = null;
        try {
            if (enter()) {
                body.run(this::put);
            }
        } catch (IOException e) {
            error = e;
        } finally {
            lock.lock();
            try {
                worker = null;
                done = true;
                failure = error;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean enter() {
        lock.lock();
        try {
            worker = Thread.currentThread();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private boolean put(T result) {
        lock.lock();
        try {
            while (!closed && results.size() >= WAITING) {
                changed.await(Deadline.NONE);
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

    @Override
    public @Nullable T next() throws IOException {
        lock.lock();
        try {
            while (results.isEmpty() && !done && !closed) {
                changed.await(Deadline.NONE);
            }
            changed.signalAll();
            T result = closed ? null : results.poll();
            IOException error = failure;
            if (result == null && error != null && !closed) {
                failure = null;
                throw error;
            }
            return result;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("waiting for results was interrupted");
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            results.clear();
            if (worker != null) {
                worker.interrupt();
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
