package libp2p.auth.challenge;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.core.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * Something for each open connection, forgotten when it ends: so there is never more of it than there are connections.
 * Thread-safe.
 *
 * @param <T> what is kept
 */
final class ProvenConnections<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Connection, T> kept = new HashMap<>();

    @Nullable
    T get(Connection connection) {
        lock.lock();
        try {
            return kept.get(connection);
        } finally {
            lock.unlock();
        }
    }

    /** What is kept for a connection, made if there is nothing yet. */
    T getOrMake(Connection connection, Supplier<T> made) {
        T found;
        lock.lock();
        try {
            found = kept.computeIfAbsent(connection, ignored -> made.get());
        } finally {
            lock.unlock();
        }
        if (!connection.isOpen()) { // its end may have been told before
            ended(connection);
        }
        return found;
    }

    void ended(Connection connection) {
        lock.lock();
        try {
            kept.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return kept.size();
        } finally {
            lock.unlock();
        }
    }
}
