package libp2p.core.environment;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task that runs again and again, each time when the one before has asked for it by {@link #arm}: two runs never meet, and
 * one that takes long delays the next. Thread-safe.
 */
public final class RepeatingTimer implements AutoCloseable {
    private final Environment environment;
    private final Consumer<RepeatingTimer> task;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Timer next;
    private boolean closed;

    /** @param task called as by {@link Environment#schedule}, with this timer to be armed again */
    public RepeatingTimer(Environment environment, Consumer<RepeatingTimer> task) {
        this.environment = environment;
        this.task = task;
    }

    /**
     * Lets the task run once more; nothing happens after {@link #close}.
     *
     * @param nanos from now
     */
    public void arm(long nanos) {
        lock.lock();
        try {
            if (!closed) {
                next = environment.schedule(nanos, this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lock.lock();
        try {
            if (closed) {
                return;
            }
        } finally {
            lock.unlock();
        }
        task.accept(this);
    }

    /** From now on no run begins; one that is under way goes on. Idempotent; does not block. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            if (next != null) {
                next.cancel();
            }
        } finally {
            lock.unlock();
        }
    }
}
