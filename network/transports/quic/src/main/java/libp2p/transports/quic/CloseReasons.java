package libp2p.transports.quic;

import java.io.IOException;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.resource.LimitExceededException;
import libp2p.quic.connection.CloseCause;
import libp2p.quic.wire.TransportException;
import libp2p.security.tls13.TlsException;
import org.jspecify.annotations.Nullable;

/** Word of the end of a QUIC connection, and its receivers. */
final class CloseReasons {
    private CloseReasons() {}

    /** The error for the application. */
    static CloseReason reason(CloseCause closing) {
        Throwable cause = closing.cause();
        if (closing.application()) {
            long code = closing.code() > ErrorCode.MAX ? ErrorCode.CONNECTION_CODE_OUT_OF_RANGE : closing.code();
            return new CloseReason(code, closing.remote(), closing.text(), null);
        }
        return new CloseReason(ErrorCode.NONE, closing.remote(), closing.text(), cause);
    }

    /** A certificate that was refused is told in the words of the refusal. */
    static Throwable explain(@Nullable CloseCause closing, CloseReason why) {
        Throwable cause = closing == null ? null : closing.cause();
        if (cause instanceof TransportException
                && cause.getCause() instanceof IOException refused
                && !(refused instanceof TlsException)) {
            return refused;
        }
        return cause instanceof IOException ? cause : new ConnectionClosedException(why);
    }

    /** The error code for a remote whose connection this host does not keep after the handshake. */
    static long refusal(@Nullable Throwable cause) {
        return cause instanceof LimitExceededException
                ? ErrorCode.CONNECTION_RESOURCE_LIMIT_EXCEEDED
                : ErrorCode.CONNECTION_GATED;
    }
}
