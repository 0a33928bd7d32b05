package libp2p.transports.quic.netty;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.ErrorCode;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.transports.quic.Limits;

/**
 * The last words of a connection that is closed here. CONNECTION_CLOSE makes the remote forget whatever it does not have
 * yet, and quiche what it has not sent; so it waits, on a virtual thread, until quiche has taken what the streams wrote and
 * has sent nothing again for as long as it would take to notice a loss (RFC 9002, 6.2.1). It gives up when nothing moves for
 * {@link Limits#linger}, and in any case after five times that.
 */
final class Farewell {
    private static final int LONGEST = 5;
    private static final long ACKNOWLEDGEMENT_DELAY_NANOS = 25_000_000;

    private final NettyConnection connection;
    private final Collection<NettyStream> streams;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition moved;
    private long moves;

    Farewell(NettyConnection connection, Collection<NettyStream> streams) {
        this.connection = connection;
        this.streams = streams;
        this.moved = new TimedCondition(connection.environment(), lock);
    }

    /** Something has got into quiche, or the connection has ended. */
    void progress() {
        lock.lock();
        try {
            moves++;
            moved.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the remote is waited for: not if it is put out for what it did. */
    static boolean isPatient(long code) {
        return code != ErrorCode.CONNECTION_GATED
                && code != ErrorCode.CONNECTION_PROTOCOL_VIOLATION
                && code != ErrorCode.CONNECTION_RATE_LIMITED
                && code != ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED;
    }

    /** Returns when nothing is left that closing would lose. */
    void await() {
        Deadline end = Deadline.after(
                connection.environment(), connection.limits().linger().multipliedBy(LONGEST));
        try {
            awaitStreams(end);
            awaitQuiet(end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void awaitStreams(Deadline end) throws InterruptedException {
        while (!connection.hasEnded()) {
            long seen = moves();
            if (streams.stream().noneMatch(NettyStream::isWaiting)) {
                return;
            }
            if (!awaitMove(seen, patience(end))) {
                return;
            }
        }
    }

    private long moves() {
        lock.lock();
        try {
            return moves;
        } finally {
            lock.unlock();
        }
    }

    private boolean awaitMove(long seen, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (moves == seen && !connection.hasEnded()) {
                if (!moved.await(deadline)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void awaitQuiet(Deadline end) throws InterruptedException {
        PathFigures before = connection.figures();
        long probe = 4 * before.roundTripNanos() + ACKNOWLEDGEMENT_DELAY_NANOS;
        if (connection.environment().nanoTime() - connection.lastSent() > LONGEST * probe) {
            return;
        }
        Deadline silent = patience(end);
        while (!connection.hasEnded() && !silent.passed(connection.environment())) {
            awaitMove(
                    moves(),
                    Deadline.afterNanos(connection.environment(), probe).earlier(silent));
            PathFigures now = connection.figures();
            if (now.sentAgain() == before.sentAgain()) {
                return;
            }
            if (now.received() > before.received()) {
                silent = patience(end);
            }
            before = now;
            probe *= 2; // as quiche does
        }
    }

    private Deadline patience(Deadline end) {
        return Deadline.after(connection.environment(), connection.limits().linger())
                .earlier(end);
    }
}
