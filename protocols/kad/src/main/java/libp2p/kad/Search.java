package libp2p.kad;

import java.io.IOException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.routing.ResultQueue;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/**
 * Results that a thread of their own finds. It waits when as many lie here as are allowed, and ends when no caller
 * wants more.
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

    private final ResultQueue<T> queue;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Thread worker;
    private boolean closed;

    Search(Environment environment, String name, Body<T> body) {
        queue = new ResultQueue<>(environment, WAITING, Deadline.NONE);
        environment.start(name, () -> run(body));
    }

    private void run(Body<T> body) {
        IOException error = null;
        try {
            if (enter()) {
                body.run(queue::put);
            }
        } catch (IOException e) {
            error = e;
        } finally {
            leave();
            queue.end(error);
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

    private void leave() {
        lock.lock();
        try {
            worker = null;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public @Nullable T next() throws IOException {
        return queue.next();
    }

    @Override
    public void close() {
        queue.close();
        lock.lock();
        try {
            closed = true;
            if (worker != null) {
                worker.interrupt();
            }
        } finally {
            lock.unlock();
        }
    }
}
