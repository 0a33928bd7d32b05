package libp2p.system;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.LimitExceededException;

/** A bounded pool of daemon platform threads with a bounded queue. A call made from inside it runs at once. */
final class OffloadPool implements AutoCloseable {
    private static final long IDLE_SECONDS = 10;

    private static final class Worker extends Thread {
        Worker(Runnable task, String name) {
            super(task, name);
            setDaemon(true);
        }
    }

    private final String name;
    private final int queue;
    private final ThreadPoolExecutor executor;

    OffloadPool(String name, int threads, int queue) {
        this.name = name;
        this.queue = queue;
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                threads,
                threads,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(queue),
                task -> new Worker(task, name + "-" + number.incrementAndGet()));
        executor.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs the call on a thread of the pool and waits for it. When the wait ends early a call that has not begun never
     * will; one that has goes on.
     */
    <T> T call(Callable<T> call, Deadline deadline, Environment environment) throws Exception {
        if (Thread.currentThread() instanceof Worker) {
            return call.call();
        }
        FutureTask<T> task = new FutureTask<>(call);
        execute(task);
        try {
            return deadline.isFinite()
                    ? task.get(deadline.remainingNanos(environment), TimeUnit.NANOSECONDS)
                    : task.get();
        } catch (TimeoutException late) {
            throw new DeadlineExceededException(name);
        } catch (ExecutionException failed) {
            throw cause(failed);
        } finally {
            task.cancel(false);
            executor.remove(task);
        }
    }

    private void execute(Runnable task) throws LimitExceededException {
        try {
            executor.execute(task);
        } catch (RejectedExecutionException rejected) {
            if (executor.isShutdown()) {
                throw new IllegalStateException("the environment is closed", rejected);
            }
            throw new LimitExceededException(
                    "environment", name + " queue", queue + 1L, queue, LimitExceededException.Side.LOCAL);
        }
    }

    private static Exception cause(ExecutionException failed) {
        return switch (failed.getCause()) {
            case Error error -> throw error;
            case Exception exception -> exception;
            case null, default -> failed;
        };
    }

    /** Lets running calls end and starts no more. */
    @Override
    public void close() {
        executor.shutdown();
    }
}
