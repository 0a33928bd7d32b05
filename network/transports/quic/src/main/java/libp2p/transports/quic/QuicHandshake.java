package libp2p.transports.quic;

import java.io.IOException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.quic.connection.Connection;
import libp2p.quic.connection.HandshakeWork;
import libp2p.streams.engine.EngineConnection;
import libp2p.streams.engine.Turn;
import org.jspecify.annotations.Nullable;

/**
 * The handshake of one connection. The thread that waits for its end computes all flights of it: the one that dials,
 * or the one that was started for a stranger.
 */
final class QuicHandshake {
    private final QuicConnection connection;
    private final TimedCondition due;
    private boolean over;
    private @Nullable Throwable failure;

    QuicHandshake(QuicConnection connection) {
        this.connection = connection;
        due = new TimedCondition(connection.environment(), connection.lock());
    }

    /**
     * Runs until streams can be opened; without success the connection has ended.
     *
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    void run(Deadline deadline) throws IOException {
        try {
            HandshakeWork work;
            while ((work = next(deadline)) != null) {
                work.run();
                try (Turn turn = connection.enter()) {
                    connection.engine().worked(work, connection.environment().nanoTime());
                }
            }
        } catch (IOException late) {
            connection.giveUpHandshake(late);
            throw late;
        } catch (RuntimeException | Error failed) { // of the part that judges certificates
            connection.giveUpHandshake(new IOException("the QUIC handshake failed", failed));
            throw failed;
        }
        Throwable why = failure;
        if (why instanceof IOException refused) {
            throw refused;
        }
        if (why != null) {
            throw new IOException("the QUIC handshake failed", why);
        }
    }

    /** Waits for something to compute; null when the handshake is over. */
    private @Nullable HandshakeWork next(Deadline deadline) throws IOException {
        connection.lock().lock();
        try {
            while (!over) {
                HandshakeWork work = connection.engine().pollWork();
                if (work != null) {
                    return work;
                }
                try {
                    EngineConnection.await(due, deadline, "QUIC handshake");
                } catch (IOException late) {
                    if (!over) {
                        throw late;
                    }
                }
            }
            return null;
        } finally {
            connection.lock().unlock();
        }
    }

    /** Whether it is complete or has failed. Needs the lock. */
    boolean isOver() {
        return over;
    }

    /**
     * Takes what a server sends afterwards: tickets, of which none is kept, so that there is nothing to compute. Needs
     * the lock.
     */
    void afterwards(Connection engine, long now) {
        HandshakeWork tickets = over ? engine.pollWork() : null;
        if (tickets != null) {
            tickets.run();
            engine.worked(tickets, now);
        }
    }

    /** Looks whether there is something to compute, or no more. Needs the lock. */
    void look(Connection engine) {
        if (!over && engine.isComplete()) {
            end(null);
        } else if (!over && engine.hasWork()) {
            due.signalAll();
        }
    }

    /** Notes why the connection is given up, just before it ends. Needs the lock. */
    void fails(IOException why) {
        if (!over) {
            failure = why;
        }
    }

    /** The connection has ended before it was over. Needs the lock. */
    void connectionEnded(Throwable why) {
        end(failure != null ? failure : why);
    }

    private void end(@Nullable Throwable why) {
        over = true;
        failure = why;
        due.signalAll();
    }
}
