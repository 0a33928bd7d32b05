package libp2p.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait for the disk. One thread, which nobody interrupts, takes all that wait and commits them at once; a
 * failure is that of all of them.
 */
final class WriteQueue {
    private static final System.Logger LOG = System.getLogger(WriteQueue.class.getName());

    private static final class Waiting {
        final List<Change> batch;
        boolean done;

        @Nullable
        Exception failure;

        Waiting(List<Change> batch) {
            this.batch = batch;
        }
    }

    /** Makes batches durable, all or none. */
    @FunctionalInterface
    interface Commit {
        void commit(List<List<Change>> batches) throws IOException;
    }

    private final Environment environment;
    private final int maximum;
    private final Commit commit;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition taken = lock.newCondition();
    private final Condition finished = lock.newCondition();
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final AtomicBoolean lost = new AtomicBoolean();
    private @Nullable Timer timer;
    private long timerAt;
    private boolean running;
    private boolean closed;

    /** @param commit called by one thread at a time, on the platform pool */
    WriteQueue(Environment environment, Limits limits, Commit commit) {
        this.environment = environment;
        this.maximum = limits.waitingWrites();
        this.commit = commit;
    }

    /** Returns when the batch is durable. */
    void write(List<Change> batch) throws IOException {
        Waiting mine = new Waiting(batch.stream().map(WriteQueue::copy).toList());
        lock.lock();
        try {
            while (!closed && waiting.size() >= maximum) {
                taken.await();
            }
            if (closed) {
                throw new IOException("the datastore is closed");
            }
            waiting.add(mine);
            if (!running) {
                running = true;
                environment.start("datastore writer", this::commitAll);
            }
            while (!mine.done) {
                finished.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a write waits for the disk");
        } finally {
            lock.unlock();
        }
        if (mine.failure != null) {
            throw raise(mine.failure);
        }
    }

    /** Commits what was written lazily after a time at the latest; does not wait. */
    void commitWithin(Duration within) {
        long delay = Deadline.after(environment, within).remainingNanos(environment);
        Timer earlier = null;
        lock.lock();
        try {
            long at = environment.nanoTime() + delay;
            if (closed || timer != null && timerAt - at <= 0) {
                return;
            }
            earlier = timer;
            timerAt = at;
            timer = environment.schedule(delay, this::commitLazily);
        } finally {
            lock.unlock();
            if (earlier != null) {
                earlier.cancel();
            }
        }
    }

    private void commitLazily() {
        lock.lock();
        try {
            timer = null;
        } finally {
            lock.unlock();
        }
        try {
            write(List.of());
        } catch (IOException | RuntimeException e) {
            LOG.log(Level.WARNING, "lazily durable writes: " + e.getMessage());
        }
    }

    /** Lazily durable writes are lost: the next call says so. */
    void lost() {
        lost.set(true);
    }

    /** @throws IOException once after lazily durable writes were lost */
    void throwLost() throws IOException {
        if (lost.getAndSet(false)) {
            throw new IOException(
                    "earlier writes that were to become durable later are lost: the disk did not take them");
        }
    }

    static Change copy(Change change) {
        byte[] value = change.value();
        return new Change(change.key().clone(), value == null ? null : value.clone());
    }

    private static IOException raise(Exception failure) {
        if (failure instanceof RuntimeException unchecked) {
            throw unchecked;
        }
        return new IOException(failure.getMessage(), failure);
    }

    /** Commits until nothing waits; the next write starts another thread. */
    private void commitAll() {
        while (true) {
            List<Waiting> batch;
            lock.lock();
            try {
                if (waiting.isEmpty()) {
                    running = false;
                    finished.signalAll();
                    return;
                }
                batch = new ArrayList<>(waiting);
                waiting.clear();
                taken.signalAll();
            } finally {
                lock.unlock();
            }
            Exception failure = commit(batch);
            lock.lock();
            try {
                for (Waiting each : batch) {
                    each.failure = failure;
                    each.done = true;
                }
                finished.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }

    private @Nullable Exception commit(List<Waiting> batch) {
        try {
            environment.offload(() -> {
                commit.commit(batch.stream().map(each -> each.batch).toList());
                return batch;
            });
            return null;
        } catch (Exception e) {
            return e;
        }
    }

    /** @throws IOException if the datastore is closed */
    void checkOpen() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the datastore is closed");
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for the writes that were taken and takes no more; false if that was done before. */
    boolean close() {
        boolean interrupted = false;
        lock.lock();
        try {
            if (closed) {
                return false;
            }
            closed = true;
            if (timer != null) {
                timer.cancel();
            }
            taken.signalAll();
            while (running) {
                try {
                    finished.await();
                } catch (InterruptedException e) {
                    interrupted = true; // the disk answers soon, one way or the other
                }
            }
            return true;
        } finally {
            lock.unlock();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
