package libp2p.transports.quic;

import libp2p.core.connection.ErrorCode;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.quic.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The memory bound of one connection, charged to its scope: before the handshake is over the packets that have come too
 * early for their keys; then the window, which is all that the remote may send before it is read, and what was written
 * and is not acknowledged, or may be. Packets that are remembered until the remote acknowledges them are charged beyond
 * what every connection is charged for them, so that a remote that acknowledges nothing is known by its memory. Every
 * method needs the lock of the connection.
 */
final class ConnectionMemory {
    private static final long STEP = 256 << 10;
    /** Steps in which sent packets are charged: small, so that connections differ by what they hold of them. */
    private static final long TRACKED_STEP = 32 << 10;
    /** The part of a connection's memory that sent packets take without being charged: some hundred of them. */
    private static final int TRACKED_PART = 8;

    private final QuicConnection connection;
    private @Nullable Reservation reservation;
    private long charged;
    private long chargedTracked;
    private boolean handshakeDone;
    private boolean closed;

    ConnectionMemory(QuicConnection connection) {
        this.connection = connection;
    }

    /**
     * Charges what is held during the handshake.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    void begin(ResourceScope scope, Connection engine) throws LimitExceededException {
        charged = engine.early().bytes();
        reservation = scope.reserve(charged, Reservation.ALWAYS);
        engine.early().memory(bytes -> grow(bytes, Reservation.ALWAYS));
    }

    /**
     * Charges what a connection may hold.
     *
     * @throws LimitExceededException if a limit is reached already
     */
    void handshakeDone(Connection engine) throws LimitExceededException {
        Reservation current = reservation;
        if (current == null) {
            throw new IllegalStateException("nothing is charged for");
        }
        handshakeDone = true;
        long needed = needed(engine);
        if (needed > charged) {
            current.grow(needed - charged, Reservation.ALWAYS);
            charged = needed;
        }
        engine.streams().memory(bytes -> grow(bytes, Reservation.MEDIUM));
    }

    private boolean grow(long bytes, int priority) {
        Reservation current = reservation;
        if (current == null || closed || !current.tryGrow(bytes, priority)) {
            return false;
        }
        charged += bytes;
        return true;
    }

    private long needed(Connection engine) {
        return handshakeDone
                ? connection.port().limits().memory()
                        + engine.streams().window()
                        + engine.streams().beyondWindow()
                        + engine.streams().reserved()
                : engine.early().bytes();
    }

    private long tracked(Connection engine) {
        int free = connection.port().limits().memory() / TRACKED_PART;
        return Math.max(0, engine.recovery().trackedBytes() - free);
    }

    /** Charges what is held now. */
    void follow(Connection engine) {
        Reservation current = reservation;
        if (current == null || closed) {
            return;
        }
        try {
            charged = follow(current, charged, needed(engine), STEP, handshakeDone ? STEP : 0);
            chargedTracked = follow(current, chargedTracked, tracked(engine), TRACKED_STEP, TRACKED_STEP);
        } catch (LimitExceededException limit) {
            engine.close(
                    ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED,
                    String.valueOf(limit.getMessage()),
                    connection.environment().nanoTime());
        }
    }

    /** Returns what is charged now: a little more than is needed, so that the scope is not asked every time. */
    private static long follow(Reservation current, long before, long needed, long step, long spare)
            throws LimitExceededException {
        if (needed > before) {
            long more = (needed - before + step - 1) / step * step;
            current.grow(more, Reservation.ALWAYS);
            return before + more;
        }
        if (before - needed > 2 * spare) {
            current.shrink(before - needed - spare);
            return needed + spare;
        }
        return before;
    }

    void close() {
        closed = true;
        Reservation current = reservation;
        if (current != null) {
            current.close();
        }
    }
}
