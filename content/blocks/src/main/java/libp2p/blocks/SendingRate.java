package libp2p.blocks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;

/**
 * The bytes of blocks that a host gives away in a second, to all peers together, by whatever protocol. A
 * message goes whole, and the next one waits until what went before has had its time; so every peer that is being
 * served may be ahead by a message. Thread-safe.
 */
public final class SendingRate {
    private static final double NANOS = 1e9;

    private final Environment environment;
    private final long bytesPerSecond;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition passed;
    private long free;

    /** A service of a host whose rate the host's other services share. */
    public interface Shared {
        /** The rate of the host. */
        SendingRate rate();
    }

    /** Bytes a second; {@code Long.MAX_VALUE} for no bound. */
    public long bytesPerSecond() {
        return bytesPerSecond;
    }

    /** @param bytesPerSecond at least 1; {@code Long.MAX_VALUE} for no bound */
    public SendingRate(Environment environment, long bytesPerSecond) {
        this.environment = environment;
        this.bytesPerSecond = bytesPerSecond;
        free = environment.nanoTime();
        passed = new TimedCondition(environment, lock);
    }

    /** Waits until something may be sent. */
    public void await() throws InterruptedIOException {
        if (bytesPerSecond == Long.MAX_VALUE) {
            return;
        }
        lock.lock();
        try {
            while (free - environment.nanoTime() > 0) {
                passed.await(new Deadline(free));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while waiting for the rate of this host");
        } finally {
            lock.unlock();
        }
    }

    /** A stream that passes bytes on to another at the rate; closing it closes the other. */
    public OutputStream over(OutputStream out) {
        return new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                write(new byte[] {(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                await();
                out.write(bytes, offset, length);
                sent(length);
            }

            @Override
            public void flush() throws IOException {
                out.flush();
            }

            @Override
            public void close() throws IOException {
                out.close();
            }
        };
    }

    /** Nanoseconds until something may be sent, 0 for now. */
    public long delayNanos() {
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
    public void sent(long bytes) {
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
