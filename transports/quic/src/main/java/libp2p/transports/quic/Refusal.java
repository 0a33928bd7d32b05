package libp2p.transports.quic;

import libp2p.core.connection.ErrorCode;
import libp2p.core.resource.LimitExceededException;

/** The message to a remote whose connection this host does not keep after the handshake. */
final class Refusal {
    private Refusal() {}

    static long code(Throwable cause) {
        return cause instanceof LimitExceededException
                ? ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED
                : ErrorCode.CONNECTION_GATED;
    }
}
