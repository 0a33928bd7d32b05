package libp2p.simulator.planted;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/** Beats at an interval until closed. */
final class Heartbeat {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final long intervalNanos;
    private final Runnable beat;
    private final ReentrantLock lock = new ReentrantLock();
    private boolean closed;
    private Timer timer;

    Heartbeat(Environment environment, long intervalNanos, Runnable beat, @Nullable Flaw flaw) {
        this.environment = environment;
        this.intervalNanos = intervalNanos;
        this.beat = beat;
        this.flaw = flaw;
        this.timer = environment.schedule(intervalNanos, this::run);
    }

    private void run() {
        lock.lock();
        try {
            if (closed && flaw != Flaw.TIMER_AFTER_CLOSE) {
                return;
            }
            beat.run();
            timer = environment.schedule(intervalNanos, this::run);
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closed = true;
            timer.cancel();
        } finally {
            lock.unlock();
        }
    }
}
