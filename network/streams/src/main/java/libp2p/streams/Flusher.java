package libp2p.streams;

import java.io.IOException;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ErrorCode;
import libp2p.core.security.SecureConnection;

/**
 * The writer thread of a connection: serves the send queue, flushes when no stream has anything to send, and parks.
 * Frames that are ready at the same time leave in the same records and the same system call. When there has been
 * nothing for a while the thread goes; the election starts another with the next work.
 *
 * <p>A thread that has just queued little does this work itself, by {@link #runBriefly}: waking another would take
 * longer.
 */
final class Flusher implements Runnable {
    private static final System.Logger LOG = System.getLogger("libp2p.muxers");

    /**
     * Bytes after which a thread that is not the writer leaves the rest to it; with one more frame they fit into one
     * batch.
     */
    private static final int BRIEF = 16 << 10;

    /** Number of times that such a thread looks after others who came meanwhile. */
    private static final int ROUNDS = 4;

    private final MuxerConnection<?> muxer;
    private final SecureConnection connection;
    private final SendQueue sendQueue;
    private final WriterElection election;
    private final RecordWriter out;
    private final TimeSlice turn;

    Flusher(MuxerConnection<?> muxer, SecureConnection connection, SendQueue sendQueue, StallGuard guard) {
        this.muxer = muxer;
        this.connection = connection;
        this.sendQueue = sendQueue;
        this.election = sendQueue.election();
        this.out = new RecordWriter(connection, guard);
        this.turn = new TimeSlice(muxer.environment());
    }

    @Override
    public void run() {
        boolean ended = true;
        try {
            WriterElection.Next next;
            while ((next = election.await()) == WriterElection.Next.SERVE) {
                while (serve()) {}
                out.flush();
            }
            ended = next == WriterElection.Next.END;
            if (ended && !sendQueue.isClosed()) {
                sayGoodbye();
            }
        } catch (IOException | RuntimeException | Error e) {
            failed(e);
        } finally {
            if (ended) {
                election.ended();
                muxer.threadEnded();
            }
        }
    }

    /**
     * Serves the send queue on the calling thread as far as that needs no waiting, if no other thread does. Not with a
     * lock held that a sender needs.
     */
    void runBriefly() {
        boolean returns = true;
        for (int round = 1; returns && election.claim(); round++) {
            boolean left = true;
            try {
                left = serveBriefly();
            } catch (IOException | RuntimeException | Error e) {
                failed(e);
            } finally {
                returns = !left && round < ROUNDS;
                election.release(left, returns);
            }
        }
    }

    private boolean serveBriefly() throws IOException {
        if (!connection.isWritable()) {
            return true;
        }
        boolean more = true;
        while (more && out.unflushed() < BRIEF) {
            more = sendQueue.serve(out);
        }
        return !out.tryFlush() || more;
    }

    private void failed(Throwable failure) {
        if (failure instanceof IOException broken) {
            muxer.writeFailed(broken);
        } else {
            LOG.log(System.Logger.Level.ERROR, muxer.name() + ": writing failed", failure);
            muxer.end(CloseReason.failure(ErrorCode.NONE, failure));
        }
    }

    private boolean serve() throws IOException {
        turn.begin();
        boolean served = sendQueue.serve(out);
        if (turn.end()) {
            muxer.environment().yieldCarrier();
        }
        return served;
    }

    private void sayGoodbye() throws IOException {
        boolean answered = muxer.goodbye(out);
        out.flush();
        if (!answered) {
            connection.close();
        }
    }
}
