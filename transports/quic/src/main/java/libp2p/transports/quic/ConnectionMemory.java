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
 * and is not acknowledged, or may be. Every method needs the lock of the connection.
 */
final class ConnectionMemory {
    private static final long STEP = 256 << 10;

    private final QuicConnection connection;
    private @Nullable Reservation reservation;
    private long charged;
    private boolean shaken;
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
    void shaken(Connection engine) throws LimitExceededException {
        Reservation current = reservation;
        if (current == null) {
            throw new IllegalStateException("nothing is charged for");
        }
        shaken = true;
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
        return shaken
                ? connection.port().limits().connections().memory()
                        + engine.streams().window()
                        + engine.streams().reserved()
                : engine.early().bytes();
    }

    /** Charges what is held now. */
    void follow(Connection engine) {
        Reservation current = reservation;
        if (current == null || closed) {
            return;
        }
        long needed = needed(engine);
        long spare = shaken ? STEP : 0;
        if (needed > charged) {
            long step = (needed - charged + STEP - 1) / STEP * STEP;
            try {
                current.grow(step, Reservation.ALWAYS);
                charged += step;
            } catch (LimitExceededException limit) {
                engine.close(
                        ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED,
                        String.valueOf(limit.getMessage()),
                        connection.environment().nanoTime());
            }
        } else if (charged - needed > 2 * spare) {
            current.shrink(charged - needed - spare);
            charged = needed + spare;
        }
    }

    void close() {
        closed = true;
        Reservation current = reservation;
        if (current != null) {
            current.close();
        }
    }
}
