package libp2p.transports.quic.netty;

import libp2p.core.connection.ErrorCode;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceScope;
import org.jspecify.annotations.Nullable;

/**
 * Charges what a connection holds from the moment on that somebody is to be charged. A connection that reaches a limit is
 * closed. Thread-safe.
 */
final class ConnectionMemory {
    /** What Netty keeps of a stream that did not end with FIN, until its connection ends; about so many bytes. */
    private static final int REMAINS_OF_A_STREAM = 2048;

    private final NettyConnection connection;
    private volatile @Nullable MemoryCharge charge;

    ConnectionMemory(NettyConnection connection) {
        this.connection = connection;
    }

    /** @throws LimitExceededException if there is not enough for a connection without traffic */
    void chargeTo(ResourceScope scope) throws LimitExceededException {
        charge = new MemoryCharge(connection.environment(), connection.limits(), scope);
    }

    /** Bytes have been taken out of quiche. */
    void received(int bytes, long roundTripNanos) {
        MemoryCharge charged = charge;
        if (charged != null) {
            try {
                charged.received(bytes, roundTripNanos);
            } catch (LimitExceededException e) {
                overLimit(e);
            }
        }
    }

    /** Bytes wait here to get into quiche. */
    void held(int bytes) {
        MemoryCharge charged = charge;
        if (charged != null) {
            try {
                charged.hold(bytes);
            } catch (LimitExceededException e) {
                overLimit(e);
            }
        }
    }

    /** The caller may hold the lock of a stream, and closing needs those of all. */
    private void overLimit(LimitExceededException limit) {
        connection
                .environment()
                .start(
                        "quic-over-limit",
                        () -> connection.close(
                                ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED, String.valueOf(limit.getMessage())));
    }

    void released(int bytes) {
        MemoryCharge charged = charge;
        if (charged != null) {
            charged.release(bytes);
        }
    }

    /** A stream has ended otherwise than by FIN, and Netty does not forget it. */
    void leftBehind() {
        if (!connection.hasEnded()) {
            held(REMAINS_OF_A_STREAM);
        }
    }

    /** Gives everything back. */
    void close() {
        MemoryCharge charged = charge;
        if (charged != null) {
            charged.close();
        }
    }
}
