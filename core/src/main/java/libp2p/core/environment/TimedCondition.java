package libp2p.core.environment;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A condition of a {@link ReentrantLock} whose waits take time from an {@link Environment}. First come, first signalled.
 * Every method needs the lock to be held by the caller, exactly once.
 */
public final class TimedCondition {
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean signalled;
    }

    private final Environment environment;
    private final ReentrantLock lock;
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>(2);

    public TimedCondition(Environment environment, ReentrantLock lock) {
        this.environment = environment;
        this.lock = lock;
    }

    /**
     * Gives the lock up and waits to be signalled; holds the lock again on return and on any exception.
     *
     * @return false if the deadline passed first
     * @throws InterruptedException if the thread is interrupted before the signal; the flag is cleared
     */
    public boolean await(Deadline deadline) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Waiter waiter = new Waiter();
        waiters.addLast(waiter);
        lock.unlock();
        boolean interrupted = false;
        boolean late = false;
        try {
            while (!waiter.signalled && !late && !interrupted) {
                environment.park(this, deadline);
                interrupted = Thread.interrupted();
                late = deadline.passed(environment);
            }
        } finally {
            lock.lock();
            if (!waiter.signalled) {
                waiters.remove(waiter);
            }
        }
        if (waiter.signalled) { // a signal that came beside an interrupt or the deadline is not lost
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            return true;
        }
        if (interrupted) {
            throw new InterruptedException();
        }
        return false;
    }

    /** Wakes the thread that has waited longest, if there is one. */
    public void signal() {
        Waiter waiter = waiters.pollFirst();
        if (waiter != null) {
            wake(waiter);
        }
    }

    /** Wakes every waiting thread. */
    public void signalAll() {
        Waiter waiter;
        while ((waiter = waiters.pollFirst()) != null) {
            wake(waiter);
        }
    }

    /** Whether a thread waits. */
    public boolean hasWaiters() {
        return !waiters.isEmpty();
    }

    private static void wake(Waiter waiter) {
        waiter.signalled = true;
        LockSupport.unpark(waiter.thread);
    }
}
