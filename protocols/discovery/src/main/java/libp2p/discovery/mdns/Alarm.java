package libp2p.discovery.mdns;

import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/** Wakes a thread at the earliest of the moments that were asked for. Guarded by the lock of its owner. */
final class Alarm {
    private final Environment environment;
    private final Runnable task;
    private @Nullable Timer timer;
    private long at = Long.MAX_VALUE;
    private boolean closed;

    /** @param task called without the lock; it says {@link #rang} with the lock and asks anew */
    Alarm(Environment environment, Runnable task) {
        this.environment = environment;
        this.task = task;
    }

    /** Asks to be woken at a moment, unless it is earlier anyway. */
    void set(long moment) {
        if (closed || moment >= at) {
            return;
        }
        if (timer != null) {
            timer.cancel();
        }
        at = moment;
        timer = environment.schedule(Math.max(0, moment - environment.nanoTime()), task);
    }

    /** The task has begun. */
    void rang() {
        at = Long.MAX_VALUE;
        timer = null;
    }

    void close() {
        closed = true;
        if (timer != null) {
            timer.cancel();
        }
    }
}
