package libp2p.muxers.engine;

import java.io.IOException;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.security.SecureConnection;

/**
 * The writer thread of a session: serves the outbox, flushes when nobody has anything to send, and parks. What is ready at
 * the same time leaves in the same records and the same system call. When there has been nothing for a while the thread
 * goes; the outbox starts another with the next work.
 *
 * <p>A thread that has just queued little does this work itself, by {@link #runBriefly}: waking another would take longer.
 */
final class Writer implements Runnable {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");

    /** Bytes after which a thread that is not the writer leaves the rest to it; with one more frame they fit into one batch. */
    private static final int BRIEF = 16 << 10;

    /** How often such a thread looks after others who came meanwhile. */
    private static final int ROUNDS = 4;

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
            while ((next = outbox.await()) == Outbox.Next.SERVE) {
                while (serve()) {}
                out.flush();
            }
            ended = next == Outbox.Next.END;
            if (ended && !outbox.isClosed()) {
                sayGoodbye();
            }
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        } finally {
            if (ended) {
                outbox.ended();
                session.threadEnded();
            }
        }
    }

    /**
     * Serves the outbox on the calling thread as far as that needs no waiting, if nobody else does. Not with a lock held that
     * a sender needs.
     */
    void runBriefly() {
        boolean returns = true;
        for (int round = 1; returns && outbox.claim(); round++) {
            boolean left = true;
            try {
                left = serveBriefly();
            } catch (IOException | RuntimeException | Error e) {
                failed(e);
            } finally {
                returns = !left && round < ROUNDS;
                outbox.release(left, returns);
            }
        }
    }

    private boolean serveBriefly() throws IOException {
        if (!connection.isWritable()) {
            return true;
        }
        boolean more = true;
        while (more && out.unflushed() < BRIEF) {
            more = outbox.serve(out);
        }
        return !out.tryFlush() || more;
    }

    private void failed(Throwable failure) {
        if (failure instanceof IOException broken) {
            session.writeFailed(broken);
        } else {
            LOG.log(System.Logger.Level.ERROR, session.name() + ": writing failed", failure);
            session.end(CloseReason.failure(ErrorCode.NONE, failure));
        }
    }

    private boolean serve() throws IOException {
        turn.begin();
        boolean served = outbox.serve(out);
        if (turn.end()) {
            session.environment().yieldCarrier();
        }
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
