package libp2p.core.connection;

import libp2p.core.failure.NetworkException;
import libp2p.core.failure.NetworkFailure;

/** The connection has ended, or ends, under the operation. */
public class ConnectionClosedException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final transient CloseReason reason;

    /** @param reason the end of the connection */
    public ConnectionClosedException(CloseReason reason) {
        super("connection closed: " + reason, reason.cause());
        this.reason = reason;
    }

    /** The side that closed the connection, its code and the cause. */
    public CloseReason reason() {
        return reason;
    }

    @Override
    public boolean isRetryable() {
        long code = reason.code();
        return code != ErrorCode.CONNECTION_NEGOTIATION_FAILED
                && code != ErrorCode.CONNECTION_PROTOCOL_VIOLATION
                && code != ErrorCode.CONNECTION_GATED
                && (reason.cause() == null || NetworkFailure.isRetryable(reason.cause()));
    }
}
