package libp2p.protocols.identify;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Environment;

/**
 * How many pushes are taken: of each connection a few at once and then one now and then, and of all together so many a second.
 * Thread-safe. Bounded by the connections that are open.
 */
final class PushPace {
    private static final long SECOND = 1_000_000_000;

    private final Environment environment;
    private final long recovery;
    private final long burst;
    private final long shared;
    private final ReentrantLock lock = new ReentrantLock();
    /** Until when the pushes that were taken would have kept a connection busy at its steady pace. */
    private final Map<Connection, Long> busy = new HashMap<>();

    private long allBusy = Long.MIN_VALUE;

    PushPace(Environment environment, Identify.Limits limits) {
        this.environment = environment;
        this.recovery = limits.pushRecovery().toNanos();
        this.burst = recovery * limits.pushesAccepted();
        this.shared = SECOND / limits.pushesPerSecond();
    }

    boolean admits(Connection connection) {
        lock.lock();
        try {
            long now = environment.nanoTime();
            long own = Math.max(now, busy.getOrDefault(connection, now)) + recovery;
            long all = Math.max(now, allBusy) + shared;
            if (own - now > burst || all - now > SECOND) {
                return false;
            }
            if (connection.isOpen()) {
                busy.put(connection, own);
            }
            allBusy = all;
            return true;
        } finally {
            lock.unlock();
        }
    }

    void forget(Connection connection) {
        lock.lock();
        try {
            busy.remove(connection);
        } finally {
            lock.unlock();
        }
    }
}
