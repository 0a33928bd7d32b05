package libp2p.transports.quic;

import libp2p.core.connection.ErrorCode;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;
import libp2p.quic.connection.Connection;
import org.jspecify.annotations.Nullable;

/**
 * The memory bound of one connection, charged to its scope: the window, which is all that the remote may send before it
 * is read, and what was written and is not acknowledged, or may be. Every method needs the lock of the connection.
 */
final class ConnectionMemory {
    private static final long STEP = 256 << 10;

    private final QuicConnection connection;
    private @Nullable Reservation reservation;
    private long charged;
    private boolean closed;

    ConnectionMemory(QuicConnection connection) {
        this.connection = connection;
    }

    void chargeTo(ResourceScope scope, Connection engine) throws LimitExceededException {
        charged = connection.port().limits().connections().memory()
                + engine.streams().window();
        reservation = scope.reserve(charged, Reservation.ALWAYS);
        engine.streams().memory(this::grow);
    }

    private boolean grow(long bytes) {
        Reservation current = reservation;
        if (current == null || closed || !current.tryGrow(bytes, Reservation.MEDIUM)) {
            return false;
        }
        charged += bytes;
        return true;
    }

    /** Charges what is held now. */
    void follow(Connection engine) {
        Reservation current = reservation;
        if (current == null || closed) {
            return;
        }
        long needed = connection.port().limits().connections().memory()
                + engine.streams().window()
                + engine.streams().reserved();
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
        } else if (charged - needed >= 2 * STEP) {
            current.shrink(charged - needed - STEP);
            charged = needed + STEP;
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
