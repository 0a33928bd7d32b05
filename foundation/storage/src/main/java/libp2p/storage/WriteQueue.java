package libp2p.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Batches that wait for the disk. One thread, which is never interrupted, takes all that wait and commits them at once;
 * a failure is that of all of them.
 */
final class WriteQueue {
    private static final System.Logger LOG = System.getLogger(WriteQueue.class.getName());

    /** A hundred years, which add up to the clock without overflow. */
    private static final long LONGEST_NANOS = 36_500L * 86_400 * 1_000_000_000;

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
    private @Nullable Timer timer;
    private long timerAt;
    /** A commit was asked for by a caller that does not wait for it. */
    private boolean soon;
    /** The time of a commit, about. */
    private long commitNanos;

    private boolean running;
    private boolean closed;

    /** @param commit called by one thread at a time, on the platform pool */
    WriteQueue(Environment environment, DatastoreLimits limits, Commit commit) {
        this.environment = environment;
        this.maximum = limits.waitingWrites();
        this.commit = commit;
    }

    /** Returns when the batch is durable. */
    void write(List<Change> batch) throws IOException {
        Waiting mine = new Waiting(copy(batch));
        lock.lock();
        try {
            while (!closed && waiting.size() >= maximum) {
                taken.await();
            }
            if (closed) {
                throw new IOException("the datastore is closed");
            }
            waiting.add(mine);
            start();
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

    private void start() {
        if (!running) {
            running = true;
            environment.start("datastore writer", this::commitAll);
        }
    }

    /** Commits what was written lazily; does not wait. */
    void commitSoon() {
        lock.lock();
        try {
            if (!closed && !soon) {
                soon = true;
                start();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Commits what was written lazily, so that it is durable after a time at the latest; does not wait. */
    void commitWithin(Duration within) {
        Timer earlier;
        lock.lock();
        try {
            long now = environment.nanoTime();
            long delay =
                    Math.min(LONGEST_NANOS, Deadline.after(environment, within).remainingNanos(environment));
            delay -= Math.min(delay / 2, 2 * commitNanos);
            long at = now + delay;
            if (closed || timer != null && timerAt - at <= 0) {
                return;
            }
            earlier = timer;
            timerAt = at;
            timer = environment.schedule(delay, this::commitLazily);
        } finally {
            lock.unlock();
        }
        if (earlier != null) {
            earlier.cancel();
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
            warn(e);
        }
    }

    private static void warn(Exception failure) {
        LOG.log(Level.WARNING, "lazily durable writes: " + failure.getMessage());
    }

    static List<Change> copy(List<Change> batch) {
        List<Change> copies = new ArrayList<>(batch.size());
        for (Change change : batch) {
            byte[] value = change.value();
            copies.add(new Change(change.key().clone(), value == null ? null : value.clone()));
        }
        return copies;
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
                if (waiting.isEmpty() && !soon) {
                    running = false;
                    finished.signalAll();
                    return;
                }
                batch = new ArrayList<>(waiting);
                waiting.clear();
                soon = false;
                taken.signalAll();
            } finally {
                lock.unlock();
            }
            long start = environment.nanoTime();
            Exception failure = commit(batch);
            if (failure != null && batch.isEmpty()) {
                warn(failure);
            }
            lock.lock();
            try {
                commitNanos = Math.max(environment.nanoTime() - start, commitNanos - commitNanos / 4);
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
