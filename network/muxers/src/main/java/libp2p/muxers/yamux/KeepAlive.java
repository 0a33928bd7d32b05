package libp2p.muxers.yamux;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.muxers.MuxerLimits;
import libp2p.streams.FlushTurn;
import libp2p.streams.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * Measures the round trip by pings, one at a time, and finds out that the remote peer is gone: it owes the answer to a
 * ping, and not a byte has come from it for a while. Thread-safe.
 */
final class KeepAlive {
    /** The least round trip is that of so many measurements, up to twice as many, since ways change. */
    private static final int REMEMBERED = 8;

    /** Time for which the least round trip is taken as it is while bytes flow. */
    private static final long FRESH_NANOS = 1_000_000_000;

    private final Environment environment;
    private final long intervalNanos;
    private final long timeoutNanos;
    private final LongSupplier received;
    private final Runnable sendPing;
    private final Consumer<@Nullable FlushTurn> queuePing;
    private final Runnable dead;
    private final ReentrantLock lock = new ReentrantLock();
    private int value;
    private boolean outstanding;
    private long sentAt;
    private long receivedBefore;
    private @Nullable Timer nextPing;
    private @Nullable Timer timeout;
    private boolean stopped;
    private volatile long roundTripNanos;
    private volatile long leastNanos;
    private long leastBefore = Long.MAX_VALUE;
    private long leastNow = Long.MAX_VALUE;
    private int measurements;
    private volatile long measuredAt;

    /**
     * @param received grows when bytes come from the remote peer
     * @param sendPing sends a ping with {@link #value}; run without locks
     * @param queuePing queues one by the turn of a caller, which may hold locks
     * @param dead runs when the remote peer is gone
     */
    KeepAlive(
            Environment environment,
            MuxerLimits.Yamux limits,
            LongSupplier received,
            Runnable sendPing,
            Consumer<@Nullable FlushTurn> queuePing,
            Runnable dead) {
        this.environment = environment;
        this.intervalNanos = Nanos.of(limits.pingInterval());
        this.timeoutNanos = Nanos.of(limits.pingTimeout());
        this.received = received;
        this.sendPing = sendPing;
        this.queuePing = queuePing;
        this.dead = dead;
    }

    /** Sends a ping if none is on its way, now and then again and again. */
    void ping() {
        boolean send;
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            nextPing = environment.schedule(intervalNanos, this::ping);
            send = begin();
        } finally {
            lock.unlock();
        }
        if (send) {
            sendPing.run();
        }
    }

    private boolean begin() {
        if (stopped || outstanding) {
            return false;
        }
        outstanding = true;
        value++;
        sentAt = environment.nanoTime();
        awaitAnswer();
        return true;
    }

    private void awaitAnswer() {
        receivedBefore = received.getAsLong();
        timeout = environment.schedule(timeoutNanos, this::check);
    }

    private void check() {
        lock.lock();
        try {
            if (stopped || !outstanding) {
                return;
            }
            if (received.getAsLong() != receivedBefore) {
                awaitAnswer(); // it is alive, the answer stands behind other frames
                return;
            }
        } finally {
            lock.unlock();
        }
        dead.run();
    }

    /** The value of the ping on its way. */
    int value() {
        lock.lock();
        try {
            return value;
        } finally {
            lock.unlock();
        }
    }

    /** The ping is being written now. */
    void sent() {
        lock.lock();
        try {
            sentAt = environment.nanoTime();
        } finally {
            lock.unlock();
        }
    }

    /** An answer came; those to no question are ignored. */
    void answered(int answer) {
        lock.lock();
        try {
            if (outstanding && answer == value) {
                outstanding = false;
                long measured = Math.max(1, environment.nanoTime() - sentAt);
                long before = roundTripNanos;
                roundTripNanos = before == 0 ? measured : before / 2 + measured / 2;
                remember(measured);
                if (timeout != null) {
                    timeout.cancel();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void remember(long measured) {
        measuredAt = environment.nanoTime();
        if (measurements++ % REMEMBERED == 0) {
            leastBefore = leastNow;
            leastNow = measured;
        }
        leastNow = Math.min(leastNow, measured);
        leastNanos = measurements > 1 ? Math.min(leastNow, leastBefore) : 0;
    }

    /**
     * The least of the last round trips, so without most of the time in queues; measured anew, by a ping that this
     * sends, if that was a while ago. The first ping of a connection often waits for a peer that is still starting, so
     * until the answer to a second one has come nothing is known: 0.
     *
     * @param turn of the caller, or null
     */
    long leastRoundTripNanos(@Nullable FlushTurn turn) {
        if (environment.nanoTime() - measuredAt > FRESH_NANOS || leastNanos == 0) {
            boolean send;
            lock.lock();
            try {
                send = begin();
            } finally {
                lock.unlock();
            }
            if (send) {
                queuePing.accept(turn);
            }
        }
        return leastNanos;
    }

    /** The smoothed round trip, or 0 if none was measured. */
    long roundTripNanos() {
        return roundTripNanos;
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            if (nextPing != null) {
                nextPing.cancel();
            }
            if (timeout != null) {
                timeout.cancel();
            }
        } finally {
            lock.unlock();
        }
    }
}
