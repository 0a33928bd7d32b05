package libp2p.nat.dcutr;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** The relayed connections that direct ones have replaced and that have yet to end. Thread-safe. */
final class Retirements implements AutoCloseable {
    private final Environment environment;
    private final HolePunchLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /** By connections that are open: their number is bounded with that of connections. */
    private final Map<Connection, Retirement> retiring = new HashMap<>();

    private boolean closed;

    Retirements(Environment environment, HolePunchLimits limits) {
        this.environment = environment;
        this.limits = limits;
    }

    /** Lets a relayed connection end once it has been without streams for a moment. */
    void add(Connection relayed) {
        Retirement retirement = new Retirement(environment, relayed, limits);
        lock.lock();
        try {
            if (!closed && relayed.isOpen()) {
                retiring.put(relayed, retirement);
                retirement.start();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The connection has ended. */
    void ended(Connection relayed) {
        @Nullable Retirement over;
        lock.lock();
        try {
            over = retiring.remove(relayed);
        } finally {
            lock.unlock();
        }
        if (over != null) {
            over.end();
        }
    }

    /** Watches no connection any more. */
    @Override
    public void close() {
        List<Connection> left;
        lock.lock();
        try {
            closed = true;
            left = List.copyOf(retiring.keySet());
        } finally {
            lock.unlock();
        }
        left.forEach(this::ended);
    }
}
