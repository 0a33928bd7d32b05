package libp2p.http3;

import libp2p.core.connection.ProtocolViolationException;

/** The remote has broken a rule of HTTP/3; the connection is closed with the code. */
public final class Http3Exception extends ProtocolViolationException {
    private static final long serialVersionUID = 1;

    private final long code;

    /**
     * @param code one of {@link Http3Error}
     * @param message what was wrong; nothing unescaped of the remote peer's in it
     */
    public Http3Exception(long code, String message) {
        super("h3", message);
        this.code = code;
    }

    /** The code of {@link Http3Error} with which the connection is closed. */
    public long code() {
        return code;
    }
}
