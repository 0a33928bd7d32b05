package libp2p.core.environment;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A condition of a {@link ReentrantLock} whose waits take time from an {@link Environment}. First come, first
 * signalled. Every method needs the lock to be held by the caller, exactly once. Waiting threads stand in a list of
 * their own links, so that the many conditions for which no thread waits need no memory.
 */
public final class TimedCondition {
    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean signalled;

        @Nullable
        Waiter next;
    }

    private final Environment environment;
    private final ReentrantLock lock;
    private @Nullable Waiter first;
    private @Nullable Waiter last;

    /** @param lock held by every caller of the other methods */
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
        add(waiter);
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
                remove(waiter);
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

    /**
     * Gives the lock up and waits, through any number of signals, until a predicate holds.
     *
     * @param predicate evaluated with the lock held, before each wait and after the last
     * @return whether the predicate holds; false if the deadline passed first
     * @throws InterruptedException if the thread is interrupted before a signal; the flag is cleared
     */
    public boolean await(Deadline deadline, BooleanSupplier predicate) throws InterruptedException {
        while (!predicate.getAsBoolean()) {
            if (!await(deadline)) {
                return predicate.getAsBoolean();
            }
        }
        return true;
    }

    /** Wakes the thread that has waited longest, if there is one. */
    public void signal() {
        Waiter waiter = first;
        if (waiter != null) {
            remove(waiter);
            wake(waiter);
        }
    }

    /** Wakes every waiting thread. */
    public void signalAll() {
        while (first != null) {
            signal();
        }
    }

    /** Whether a thread waits. */
    public boolean hasWaiters() {
        return first != null;
    }

    private void add(Waiter waiter) {
        if (last == null) {
            first = waiter;
        } else {
            last.next = waiter;
        }
        last = waiter;
    }

    private void remove(Waiter waiter) {
        Waiter before = null;
        for (Waiter one = first; one != waiter; one = one.next) {
            if (one == null) {
                return;
            }
            before = one;
        }
        if (before == null) {
            first = waiter.next;
        } else {
            before.next = waiter.next;
        }
        if (last == waiter) {
            last = before;
        }
        waiter.next = null;
    }

    private void wake(Waiter waiter) {
        waiter.signalled = true;
        environment.unpark(waiter.thread);
    }
}
