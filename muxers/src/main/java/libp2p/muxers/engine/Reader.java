package libp2p.muxers.engine;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.security.SecureConnection;

/** The reader thread of a session: takes what comes, and never waits for anything but the socket. */
final class Reader implements Runnable {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");

    private final Session<?> session;
    private final SecureConnection connection;
    private final Turn turn;
    private volatile long received; // this thread alone writes it

    Reader(Session<?> session, SecureConnection connection) {
        this.session = session;
        this.connection = connection;
        this.turn = new Turn(session.environment());
    }

    /** Number of times that bytes have come. */
    long received() {
        return received;
    }

    @Override
    public void run() {
        try {
            ByteBuffer source;
            while ((source = connection.read()) != null) {
                received++;
                turn.begin();
                session.take(source);
                turn.end();
            }
            session.end(atEnd());
        } catch (ProtocolViolationException e) {
            session.part(CloseReason.failure(ErrorCode.CONNECTION_PROTOCOL_VIOLATION, e), session.violationCode());
            drain();
        } catch (IOException e) {
            session.fail(e);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, session.name() + ": the reader thread failed", e);
            session.part(CloseReason.failure(ErrorCode.NONE, e), session.failureCode());
            drain();
        } finally {
            session.readerEnded();
        }
    }

    private CloseReason atEnd() {
        if (!session.isInsideFrame()) {
            return new CloseReason(ErrorCode.NONE, true, "closed", null);
        }
        return CloseReason.failure(
                ErrorCode.NONE, new EOFException(session.name() + ": the connection was closed inside a frame"));
    }

    /** Keeps taking what comes, so that our goodbye is not lost; the timer of the parting ends it. */
    private void drain() {
        try {
            ByteBuffer source;
            while ((source = connection.read()) != null) {
                source.position(source.limit());
            }
        } catch (IOException ignored) {
            // the connection has ended for another reason
        }
    }
}
