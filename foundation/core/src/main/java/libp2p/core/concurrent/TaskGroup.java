package libp2p.core.concurrent;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;

/**
 * Threads that belong together: they are started here, and awaited or cancelled together. Cancelling interrupts them,
 * which ends their waits. Closing cancels and waits, so that no thread outlives a group in a try-with-resources
 * statement. Thread-safe.
 *
 * <pre>{@code
 * try (TaskGroup lookups = new TaskGroup(environment, "lookup", 8)) {
 *     for (PeerId peer : peers) {
 *         lookups.fork(() -> ask(peer));
 *     }
 *     lookups.await(deadline);
 * }
 * }</pre>
 */
public final class TaskGroup implements AutoCloseable {
    private final Environment environment;
    private final String name;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    /** A thread enters itself, so that it is never interrupted after its task has ended. */
    private final Set<Thread> running = new LinkedHashSet<>();

    private int started;
    private long forked;
    private boolean cancelled;

    /**
     * A group without threads.
     *
     * @param name start of the names of its threads
     * @param limit threads at a time; at least 1
     */
    public TaskGroup(Environment environment, String name, int limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("a group of " + limit + " threads");
        }
        this.environment = environment;
        this.name = name;
        this.limit = limit;
        this.changed = new TimedCondition(environment, lock);
    }

    /**
     * Runs a task on a new thread; waits for a place if the group is full. An exception that leaves the task is logged
     * and ends only its thread.
     *
     * @return false if the group was cancelled; the task is then not run
     * @throws InterruptedException if the caller is interrupted while it waits; the task is then not run
     */
    public boolean fork(Runnable task) throws InterruptedException {
        long number;
        lock.lock();
        try {
            while (!cancelled && started >= limit) {
                changed.await(Deadline.NONE);
            }
            if (cancelled) {
                return false;
            }
            started++;
            number = forked++;
        } finally {
            lock.unlock();
        }
        boolean done = false;
        try {
            environment.start(name + "-" + number, () -> run(task));
            done = true;
        } finally {
            if (!done) {
                ended();
            }
        }
        return true;
    }

    private void run(Runnable task) {
        boolean runs;
        lock.lock();
        try {
            runs = !cancelled && running.add(Thread.currentThread());
        } finally {
            lock.unlock();
        }
        try {
            if (runs) {
                task.run();
            }
        } finally {
            ended();
        }
    }

    private void ended() {
        lock.lock();
        try {
            running.remove(Thread.currentThread());
            started--;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Number of threads that have been started and have not ended. */
    public int size() {
        lock.lock();
        try {
            return started;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until every task has ended.
     *
     * @return false if the deadline passed first; the tasks go on
     */
    public boolean await(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (started > 0) {
                if (!changed.await(deadline)) {
                    return started == 0;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Interrupts every task and takes no more. Does not wait; idempotent. */
    public void cancel() {
        List<Thread> interrupted;
        lock.lock();
        try {
            cancelled = true;
            changed.signalAll();
            interrupted = new ArrayList<>(running);
            interrupted.forEach(Thread::interrupt); // under the lock: a thread that has left must not be interrupted
        } finally {
            lock.unlock();
        }
    }

    /** Cancels and waits until every task has ended, whatever interrupts the caller; its interrupt flag is kept. */
    @Override
    public void close() {
        cancel();
        boolean interrupted = false;
        while (true) {
            try {
                await(Deadline.NONE);
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
