package libp2p.protocols.identify;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.TokenBucket;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Environment;

/**
 * Rate of the pushes that are taken: of each connection a few at once and then one now and then, and of all together so
 * many a second. Thread-safe. Bounded by the connections that are open.
 */
final class PushPace {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Environment environment;
    private final IdentifyLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Connection, TokenBucket> each = new HashMap<>();
    private final TokenBucket all;

    PushPace(Environment environment, IdentifyLimits limits) {
        this.environment = environment;
        this.limits = limits;
        this.all = new TokenBucket(limits.pushesPerSecond(), limits.pushesPerSecond(), environment.nanoTime());
    }

    boolean admits(Connection connection) {
        lock.lock();
        try {
            long now = environment.nanoTime();
            TokenBucket own = each.get(connection);
            if (own == null) {
                double perSecond = NANOS_PER_SECOND / limits.pushRecovery().toNanos();
                own = new TokenBucket(perSecond, limits.pushesAccepted(), now);
                if (connection.isOpen()) {
                    each.put(connection, own);
                }
            }
            return own.tryTake(1, now) && all.tryTake(1, now);
        } finally {
            lock.unlock();
        }
    }

    void forget(Connection connection) {
        lock.lock();
        try {
            each.remove(connection);
        } finally {
            lock.unlock();
        }
    }
}
