package libp2p.muxers.engine;

import java.io.IOException;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.security.SecureConnection;

/**
 * The writer thread of a session: serves the outbox, flushes when nobody has anything to send, and parks. What is ready at
 * the same time leaves in the same records and the same system call. When there has been nothing for a while the thread
 * goes; the outbox starts another with the next work.
 */
final class Writer implements Runnable {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");

    private final Session<?> session;
    private final SecureConnection connection;
    private final Outbox outbox;
    private final RecordWriter out;
    private final Turn turn;

    Writer(Session<?> session, SecureConnection connection, Outbox outbox, StallGuard guard) {
        this.session = session;
        this.connection = connection;
        this.outbox = outbox;
        this.out = new RecordWriter(connection, guard);
        this.turn = new Turn(session.environment());
    }

    @Override
    public void run() {
        boolean ended = true;
        try {
            Outbox.Next next;
            do {
                while (serve()) {}
                out.flush();
                next = outbox.await();
            } while (next == Outbox.Next.SERVE);
            ended = next == Outbox.Next.END;
            if (ended && !outbox.isClosed()) {
                sayGoodbye();
            }
        } catch (IOException e) {
            session.writeFailed(e);
        } catch (RuntimeException | Error e) {
            LOG.log(System.Logger.Level.ERROR, session.name() + ": the writer thread failed", e);
            session.end(CloseReason.failure(ErrorCode.NONE, e));
        } finally {
            if (ended) {
                outbox.ended();
                session.threadEnded();
            }
        }
    }

    private boolean serve() throws IOException {
        turn.begin();
        boolean served = outbox.serve(out);
        turn.end();
        return served;
    }

    private void sayGoodbye() throws IOException {
        boolean answered = session.goodbye(out);
        out.flush();
        if (!answered) {
            connection.close();
        }
    }
}
