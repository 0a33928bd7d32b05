package libp2p.auth;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;

/**
 * The open streams whose handlers need a permission. It remembers at most twice as many streams of a connection as are
 * open, and some more. Thread-safe.
 */
final class SecuredStreams {
    private static final int SPARE = 16;

    /** A stream, and what its peer must be permitted. */
    record Secured(Stream stream, Permission permission) {}

    private final ReentrantLock lock = new ReentrantLock();
    /** By the ids of the streams. */
    private final Map<Connection, Map<Long, Permission>> byConnection = new HashMap<>();

    /** Notes a stream; it is forgotten when it has ended. */
    void add(Stream stream, Permission permission) {
        Connection connection = stream.connection();
        lock.lock();
        try {
            Map<Long, Permission> needed = byConnection.computeIfAbsent(connection, ignored -> new HashMap<>());
            needed.put(stream.id(), permission);
            if (needed.size() > SPARE) {
                forgetEnded(connection, needed);
            }
        } finally {
            lock.unlock();
        }
        if (!connection.isOpen()) { // its end may have been told before
            ended(connection);
        }
    }

    private static void forgetEnded(Connection connection, Map<Long, Permission> needed) {
        List<Stream> open = connection.streams();
        if (needed.size() > 2 * open.size() + SPARE) {
            Set<Long> ids = new HashSet<>();
            open.forEach(stream -> ids.add(stream.id()));
            needed.keySet().retainAll(ids);
        }
    }

    /** Forgets the streams of a connection. */
    void ended(Connection connection) {
        lock.lock();
        try {
            byConnection.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    /** The streams that are open now. */
    List<Secured> open() {
        List<Secured> found = new ArrayList<>();
        lock.lock();
        try {
            byConnection.forEach((connection, needed) -> {
                for (Stream stream : connection.streams()) {
                    Permission permission = needed.get(stream.id());
                    if (permission != null) {
                        found.add(new Secured(stream, permission));
                    }
                }
            });
        } finally {
            lock.unlock();
        }
        return found;
    }

    /** Streams that are remembered. */
    int size() {
        lock.lock();
        try {
            return byConnection.values().stream().mapToInt(Map::size).sum();
        } finally {
            lock.unlock();
        }
    }
}
