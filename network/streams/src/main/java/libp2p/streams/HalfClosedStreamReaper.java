package libp2p.streams;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/** Resets streams that were closed here and that the remote peer does not finish. One timer, while there are any. */
final class HalfClosedStreamReaper {
    private final Environment environment;
    private final long timeoutNanos;
    private final Supplier<? extends List<? extends MuxerStream>> streams;
    private final ReentrantLock lock = new ReentrantLock();
    private @Nullable Timer timer;
    private boolean stopped;

    HalfClosedStreamReaper(
            Environment environment, Duration timeout, Supplier<? extends List<? extends MuxerStream>> streams) {
        this.environment = environment;
        this.timeoutNanos = Nanos.of(timeout);
        this.streams = streams;
    }

    /** A stream begins to linger. */
    void begin() {
        lock.lock();
        try {
            if (timer == null && !stopped) {
                timer = environment.schedule(timeoutNanos, this::check);
            }
        } finally {
            lock.unlock();
        }
    }

    private void check() {
        lock.lock();
        try {
            timer = null; // before the look, so that a stream which begins now arms again
        } finally {
            lock.unlock();
        }
        long now = environment.nanoTime();
        boolean more = false;
        for (MuxerStream stream : streams.get()) {
            more |= stream.linger(now, timeoutNanos);
        }
        if (more) {
            begin();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            if (timer != null) {
                timer.cancel();
            }
        } finally {
            lock.unlock();
        }
    }
}
