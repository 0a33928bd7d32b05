package libp2p.system;

import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/** Timers on one daemon platform thread, which only starts their tasks. Cancelled ones are removed at once. */
final class SystemTimers implements AutoCloseable {
    private final ScheduledThreadPoolExecutor executor;
    private final Consumer<Runnable> starter;

    /** @param starter starts a task on a thread of its own */
    SystemTimers(Consumer<Runnable> starter) {
        this.starter = starter;
        executor = new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().daemon().name("libp2p-timers").factory());
        executor.setRemoveOnCancelPolicy(true);
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    Timer schedule(long delayNanos, Runnable task) {
        if (delayNanos < 0) {
            throw new IllegalArgumentException("negative delay: " + delayNanos);
        }
        Entry entry = new Entry(task);
        try {
            entry.scheduled(executor.schedule(() -> starter.accept(entry), delayNanos, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException closed) {
            throw new IllegalStateException("the environment is closed", closed);
        }
        return entry;
    }

    /** Runs a task, which must be short, on the thread of the timers; returns false if they are closed. */
    boolean runSoon(Runnable task) {
        try {
            executor.execute(task);
            return true;
        } catch (RejectedExecutionException closed) {
            return false;
        }
    }

    /** Number of timers that wait. */
    int waiting() {
        return executor.getQueue().size();
    }

    /** Timers that wait never fire. */
    @Override
    public void close() {
        executor.shutdownNow();
    }

    private static final class Entry implements Timer, Runnable {
        private final AtomicBoolean claimed = new AtomicBoolean();
        private final Runnable task;
        private volatile @Nullable Future<?> future;

        Entry(Runnable task) {
            this.task = task;
        }

        void scheduled(Future<?> scheduled) {
            future = scheduled;
        }

        @Override
        public void run() {
            if (claimed.compareAndSet(false, true)) {
                task.run();
            }
        }

        @Override
        public void cancel() {
            Future<?> scheduled = future;
            if (claimed.compareAndSet(false, true) && scheduled != null) {
                scheduled.cancel(false);
            }
        }
    }
}
