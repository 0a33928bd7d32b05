package libp2p.quic.wire;

import libp2p.core.failure.NetworkException;

/**
 * The remote has broken the protocol, or a limit was reached; the connection ends with this code (RFC 9000, section
 * 11.1).
 */
public class TransportException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final long code;
    private final long frameType;

    /**
     * @param code of {@link TransportError}
     * @param message what was wrong; nothing unescaped of the remote's in it
     */
    public TransportException(long code, String message) {
        this(code, 0, message);
    }

    /** @param frameType the frame that was the cause, or 0 if it is not known */
    public TransportException(long code, long frameType, String message) {
        super("QUIC " + TransportError.describe(code) + ": " + message);
        this.code = code;
        this.frameType = frameType;
    }

    /** The number on the wire, see {@link TransportError}. */
    public long code() {
        return code;
    }

    /** The frame that was the cause, or 0. */
    public long frameType() {
        return frameType;
    }

    @Override
    public boolean isRetryable() {
        return code == TransportError.NO_ERROR
                || code == TransportError.INTERNAL_ERROR
                || code == TransportError.CONNECTION_REFUSED;
    }
}
