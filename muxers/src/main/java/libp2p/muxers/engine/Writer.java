package libp2p.muxers.engine;

import java.io.IOException;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.security.SecureConnection;

/**
 * The writer thread of a session: serves the outbox, flushes when nobody has anything to send, and parks. What is ready at
 * the same time leaves in the same records and the same system call.
 */
final class Writer implements Runnable {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");

    private final Session<?> session;
    private final SecureConnection connection;
    private final Outbox outbox;
    private final RecordWriter out;

    Writer(Session<?> session, SecureConnection connection, Outbox outbox, StallGuard guard) {
        this.session = session;
        this.connection = connection;
        this.outbox = outbox;
        this.out = new RecordWriter(connection, guard);
    }

    @Override
    public void run() {
        try {
            do {
                while (outbox.serve(out)) {}
                out.flush();
            } while (outbox.await());
            if (!outbox.isClosed()) {
                sayGoodbye();
            }
        } catch (IOException e) {
            session.writeFailed(e);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, session.name() + ": the writer thread failed", e);
            session.end(CloseReason.failure(ErrorCode.NONE, e));
        } finally {
            session.threadEnded();
        }
    }

    private void sayGoodbye() throws IOException {
        boolean answered = session.goodbye(out);
        out.flush();
        if (!answered) {
            connection.close();
        }
    }
}
