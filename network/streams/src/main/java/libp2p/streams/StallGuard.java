package libp2p.streams;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Watches one thread that writes to a socket, and calls for help when one write takes too long. One timer at most is
 * armed at a time, and none while nothing is written for a while, so that watching a busy connection costs two reads of
 * the clock a write.
 */
final class StallGuard {
    private static final long IDLE = 0;

    private final Environment environment;
    private final long timeoutNanos;
    private final Runnable alarm;
    private final AtomicBoolean armed = new AtomicBoolean();
    private volatile long since = IDLE;
    private volatile boolean stopped;
    private volatile @Nullable Timer timer;

    StallGuard(Environment environment, Duration timeout, Runnable alarm) {
        this.environment = environment;
        this.timeoutNanos = Nanos.of(timeout);
        this.alarm = alarm;
    }

    /** A write begins. */
    void enter() {
        since = environment.nanoTime();
        arm(timeoutNanos);
    }

    /** The write is over. */
    void leave() {
        since = IDLE;
    }

    /** Watches no longer. */
    void stop() {
        stopped = true;
        Timer current = timer;
        if (current != null) {
            current.cancel();
        }
    }

    private void arm(long delayNanos) {
        if (!stopped && !armed.get() && armed.compareAndSet(false, true)) {
            timer = environment.schedule(delayNanos, this::check);
        }
    }

    private void check() {
        armed.set(false); // before the look, so that a write which begins now arms again
        long begun = since;
        if (begun == IDLE || stopped) {
            return;
        }
        long left = timeoutNanos - (environment.nanoTime() - begun);
        if (left <= 0) {
            alarm.run();
        } else {
            arm(left);
        }
    }
}
