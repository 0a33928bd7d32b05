package libp2p.muxers.yamux;

import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import libp2p.muxers.Limits;
import libp2p.muxers.engine.Nanos;
import org.jspecify.annotations.Nullable;

/**
 * Measures the round trip by pings, one at a time, and finds out that the remote peer is gone: it owes the answer to a
 * ping, and not a byte has come from it for a while. Thread-safe.
 */
final class KeepAlive {
    private final Environment environment;
    private final long intervalNanos;
    private final long timeoutNanos;
    private final LongSupplier received;
    private final Runnable sendPing;
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

    /**
     * @param received grows when bytes come from the remote peer
     * @param sendPing queues a ping with {@link #value}
     * @param dead runs when the remote peer is gone
     */
    KeepAlive(Environment environment, Limits.Yamux limits, LongSupplier received, Runnable sendPing, Runnable dead) {
        this.environment = environment;
        this.intervalNanos = Nanos.of(limits.pingInterval());
        this.timeoutNanos = Nanos.of(limits.pingTimeout());
        this.received = received;
        this.sendPing = sendPing;
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
            send = !outstanding;
            if (send) {
                outstanding = true;
                value++;
                sentAt = environment.nanoTime();
                awaitAnswer();
            }
        } finally {
            lock.unlock();
        }
        if (send) {
            sendPing.run();
        }
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
                if (timeout != null) {
                    timeout.cancel();
                }
            }
        } finally {
            lock.unlock();
        }
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
