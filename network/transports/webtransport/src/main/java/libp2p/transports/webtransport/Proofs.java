package libp2p.transports.webtransport;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.transports.quic.QuicConnection;

/**
 * The connections of one listener whose peers are still to be proved, which end with it: else a client that proves
 * nothing would hold up the end of its host. Thread-safe.
 */
final class Proofs {
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<QuicConnection> awaited = new HashSet<>();
    private boolean closed;

    /** A proof begins; false if the listener is closed. */
    boolean begin(QuicConnection connection) {
        lock.lock();
        try {
            return !closed && awaited.add(connection);
        } finally {
            lock.unlock();
        }
    }

    /** The peer is proved, or will not be. */
    void end(QuicConnection connection) {
        lock.lock();
        try {
            awaited.remove(connection);
        } finally {
            lock.unlock();
        }
    }

    /** The listener is closed. */
    void close() {
        List<QuicConnection> left;
        lock.lock();
        try {
            closed = true;
            left = new ArrayList<>(awaited);
            awaited.clear();
        } finally {
            lock.unlock();
        }
        left.forEach(connection -> connection.close(ErrorCode.CONNECTION_SHUTDOWN, "not listening"));
    }
}
