package libp2p.exchange.bitswap;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;

/**
 * The bytes of blocks that a host gives away in a second, to all peers together. A message goes whole, and the next one
 * waits until what went before has had its time; so every peer that is being served may be ahead by a message. Thread-safe.
 */
final class SendingRate {
    private static final double NANOS = 1e9;

    private final Environment environment;
    private final long bytesPerSecond;
    private final ReentrantLock lock = new ReentrantLock();
    private long free;

    SendingRate(Environment environment, long bytesPerSecond) {
        this.environment = environment;
        this.bytesPerSecond = bytesPerSecond;
        free = environment.nanoTime();
    }

    /** Nanoseconds until something may be sent, 0 for now. */
    long delayNanos() {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return 0;
        }
        lock.lock();
        try {
            return Math.max(0, free - environment.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    /** Counts what was sent. */
    void sent(long bytes) {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return;
        }
        lock.lock();
        try {
            long now = environment.nanoTime();
            long from = free - now > 0 ? free : now;
            free = from + (long) (bytes * NANOS / bytesPerSecond);
        } finally {
            lock.unlock();
        }
    }
}
