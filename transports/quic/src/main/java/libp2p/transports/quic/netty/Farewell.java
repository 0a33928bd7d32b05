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
 * the remote has it. It gives up when nothing moves for {@link Limits.Timeouts#linger}, and in any case after five times
 * that.
 *
 * <p>quiche does not tell what has been acknowledged. But whoever acknowledges a packet while an earlier one is missing
 * shows that it was lost (RFC 9002, 6.1), and quiche counts those. So datagrams follow what was written, a round trip apart:
 * when several in a row were answered and nothing has been sent again, nothing is missing. A remote that takes no datagrams
 * is given the time in which quiche would have probed for a loss by itself (RFC 9002, 6.2.1).
 */
final class Farewell {
    private static final int LONGEST = 5;
    private static final int LONG_AGO = 5;
    private static final long ACKNOWLEDGEMENT_DELAY_NANOS = 25_000_000;
    private static final long SHORTEST_ROUND_NANOS = 2_000_000;
    private static final int LARGEST_SCALE = 64;

    /** More than the packets by which a missing one must be behind to count as lost (RFC 9002, 6.1.1). */
    private static final int ANSWERS = 4;

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

    /**
     * Returns when nothing is left that closing would lose; if the remote is put out, as soon as the network has room for the
     * word that tells it.
     */
    void await(boolean patient) {
        if (!patient) {
            awaitRoom();
            return;
        }
        Deadline end = Deadline.after(
                connection.environment(),
                connection.limits().timeouts().linger().multipliedBy(LONGEST));
        try {
            awaitStreams(end);
            awaitQuiet(end);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * quiche sends CONNECTION_CLOSE only within the congestion window, and forgets the connection at once. While streams are
     * sent at full rate the window is full; they have been reset, so that anything which the remote acknowledges makes room.
     */
    private void awaitRoom() {
        PathFigures before = connection.figures();
        Deadline end = patience(Deadline.NONE);
        try {
            while (!streams.isEmpty()
                    && !connection.hasEnded()
                    && !end.passed(connection.environment())
                    && connection.figures().received() == before.received()) {
                long round = before.roundTripNanos() * 5 / 4 + SHORTEST_ROUND_NANOS;
                connection.beat();
                awaitMove(
                        moves(),
                        Deadline.afterNanos(connection.environment(), round).earlier(end));
            }
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
        if (connection.environment().nanoTime() - connection.lastSent() > LONG_AGO * probeTimeout(before)) {
            return;
        }
        boolean asking = connection.heartbeat().isTaken();
        int rounds = asking ? ANSWERS : 1;
        int quiet = 0;
        int scale = 1;
        Deadline silent = patience(end);
        while (quiet < rounds && !connection.hasEnded() && !silent.passed(connection.environment())) {
            long round =
                    asking ? before.roundTripNanos() * 5 / 4 + SHORTEST_ROUND_NANOS : LONG_AGO * probeTimeout(before);
            if (asking) {
                connection.beat();
            }
            awaitMove(
                    moves(),
                    Deadline.afterNanos(connection.environment(), scale * round).earlier(silent));
            PathFigures now = connection.figures();
            boolean answered = now.received() > before.received();
            if (now.sentAgain() != before.sentAgain()) {
                quiet = 0;
            } else if (answered || !asking) {
                quiet++;
            }
            if (answered) {
                silent = patience(end);
                scale = 1;
            } else {
                scale = Math.min(2 * scale, LARGEST_SCALE); // as quiche's own probes
            }
            before = now;
        }
    }

    /** After so long quiche probes for a loss, if round trips are much the same. */
    private static long probeTimeout(PathFigures figures) {
        return 4 * figures.roundTripNanos() + ACKNOWLEDGEMENT_DELAY_NANOS;
    }

    private Deadline patience(Deadline end) {
        return Deadline.after(
                        connection.environment(), connection.limits().timeouts().linger())
                .earlier(end);
    }
}
