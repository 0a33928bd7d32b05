package libp2p.core.connection;

import java.io.IOException;

/** The connection has ended, or ends, under the operation. */
public class ConnectionClosedException extends IOException {
    private static final long serialVersionUID = 1;
    private final transient CloseReason reason;

    public ConnectionClosedException(CloseReason reason) {
        super("connection closed: " + reason, reason.cause());
        this.reason = reason;
    }

    public CloseReason reason() {
        return reason;
    }
}
