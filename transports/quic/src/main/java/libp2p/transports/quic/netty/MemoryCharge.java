package libp2p.transports.quic.netty;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.transports.quic.Limits;

/**
 * What one connection may hold of memory, charged to its scope: the receive window that quiche may have granted by now, and
 * what waits in our own queues both ways. Thread-safe.
 *
 * <p>quiche tells nobody how large its window is. It doubles it, up to 24 MiB, when half of it was read within two round
 * trips. The bound that is kept here doubles earlier: when a quarter of it was read within twice that time.
 */
final class MemoryCharge implements AutoCloseable {
    private static final long LARGEST_WINDOW = 24 << 20;
    private static final long STEP = 256 << 10;

    /** What the round trip may be longer now than when it was measured. */
    private static final long ROUND_TRIP_SLACK_NANOS = 10_000_000;

    private final Environment environment;
    private final ReentrantLock lock = new ReentrantLock();
    private final Reservation reservation;
    private final long fixed;
    private long charged;
    private long window;
    private long held;
    private long readSinceMark;
    private long mark;
    private boolean closed;

    /** @throws LimitExceededException if there is not enough for a connection without traffic */
    MemoryCharge(Environment environment, Limits limits, ResourceScope scope) throws LimitExceededException {
        this.environment = environment;
        this.fixed = limits.connections().memory();
        this.window = limits.connections().window();
        this.mark = environment.nanoTime();
        this.charged = fixed + window;
        this.reservation = scope.reserve(charged, Reservation.ALWAYS);
    }

    /**
     * Bytes were taken out of quiche, which gives the remote as much credit, and are held here now.
     *
     * @throws LimitExceededException if a limit is reached; the bytes count all the same
     */
    void received(int bytes, long roundTripNanos) throws LimitExceededException {
        lock.lock();
        try {
            readSinceMark += bytes;
            if (readSinceMark >= window / 4) {
                long now = environment.nanoTime();
                if (now - mark < 4 * roundTripNanos + ROUND_TRIP_SLACK_NANOS) {
                    window = Math.min(LARGEST_WINDOW, 2 * window);
                }
                mark = now;
                readSinceMark = 0;
            }
            held += bytes;
            grow();
        } finally {
            lock.unlock();
        }
    }

    /**
     * More is held.
     *
     * @throws LimitExceededException if a limit is reached; the bytes count all the same
     */
    void hold(int bytes) throws LimitExceededException {
        lock.lock();
        try {
            held += bytes;
            grow();
        } finally {
            lock.unlock();
        }
    }

    /** Less is held. */
    void release(int bytes) {
        lock.lock();
        try {
            held -= bytes;
            long excess = charged - needed();
            if (!closed && excess >= 2 * STEP) {
                reservation.shrink(excess - STEP);
                charged -= excess - STEP;
            }
        } finally {
            lock.unlock();
        }
    }

    private long needed() {
        return fixed + window + held;
    }

    private void grow() throws LimitExceededException {
        long missing = needed() - charged;
        if (!closed && missing > 0) {
            long step = (missing + STEP - 1) / STEP * STEP;
            reservation.grow(step, Reservation.ALWAYS);
            charged += step;
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
        reservation.close();
    }
}
