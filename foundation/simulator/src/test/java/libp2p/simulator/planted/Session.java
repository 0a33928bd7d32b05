package libp2p.simulator.planted;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** A connection and one stream of it, each with its lock; the order is stream, then connection. */
final class Session {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final ReentrantLock connection = new ReentrantLock();
    private final ReentrantLock stream = new ReentrantLock();
    private boolean closed;
    private boolean streamClosed;

    Session(Environment environment, @Nullable Flaw flaw) {
        this.environment = environment;
        this.flaw = flaw;
    }

    /** Returns false once the session is closed. */
    boolean write() {
        stream.lock();
        try {
            environment.schedulePoint();
            connection.lock();
            try {
                return !closed && !streamClosed;
            } finally {
                connection.unlock();
            }
        } finally {
            stream.unlock();
        }
    }

    void close() {
        connection.lock();
        try {
            closed = true;
            environment.schedulePoint();
            if (flaw == Flaw.LOCK_ORDER) {
                closeStream();
            }
        } finally {
            connection.unlock();
        }
        closeStream();
    }

    private void closeStream() {
        stream.lock();
        try {
            streamClosed = true;
        } finally {
            stream.unlock();
        }
    }
}
