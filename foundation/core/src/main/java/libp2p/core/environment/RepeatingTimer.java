package libp2p.core.environment;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task that runs again and again, each time when it was asked for by {@link #arm}, most often the run
 * before. Two runs never overlap: a run that is due while another one is under way begins when that one ends.
 * Thread-safe.
 */
public final class RepeatingTimer implements AutoCloseable {
    private final Environment environment;
    private final Consumer<RepeatingTimer> task;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Timer next;
    private boolean running;
    private boolean due;
    private boolean closed;

    /** @param task called as by {@link Environment#schedule}, with this timer to be armed again */
    public RepeatingTimer(Environment environment, Consumer<RepeatingTimer> task) {
        this.environment = environment;
        this.task = task;
    }

    /**
     * Lets the task run once more, in place of a run that was asked for before and has not begun; nothing happens after
     * {@link #close}.
     *
     * @param nanos from now
     */
    public void arm(long nanos) {
        lock.lock();
        try {
            if (!closed) {
                cancelNext();
                next = environment.schedule(nanos, this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        boolean more = begin();
        try {
            while (more) {
                task.accept(this);
                more = goesOn();
            }
        } finally {
            if (more) {
                abandon(); // the task has thrown
            }
        }
    }

    /** Whether a run may begin; one that may not is made up for when the one under way has ended. */
    private boolean begin() {
        lock.lock();
        try {
            if (running) {
                due = true;
                return false;
            }
            running = !closed;
            return running;
        } finally {
            lock.unlock();
        }
    }

    private boolean goesOn() {
        lock.lock();
        try {
            running = due && !closed;
            due = false;
            return running;
        } finally {
            lock.unlock();
        }
    }

    private void abandon() {
        lock.lock();
        try {
            running = false;
            due = false;
        } finally {
            lock.unlock();
        }
    }

    private void cancelNext() {
        if (next != null) {
            next.cancel();
        }
    }

    /** From now on no run begins; one that is under way goes on. Idempotent; does not block. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            cancelNext();
        } finally {
            lock.unlock();
        }
    }
}
