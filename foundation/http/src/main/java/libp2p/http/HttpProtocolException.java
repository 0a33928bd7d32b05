package libp2p.http;

import libp2p.core.connection.ProtocolViolationException;

/** The remote's HTTP is malformed, too long, or not what was wanted. */
public final class HttpProtocolException extends ProtocolViolationException {
    private static final long serialVersionUID = 1;
    private final int status;

    /**
     * @param status with which a server answers
     * @param message what is wrong; hostile text escaped
     */
    public HttpProtocolException(int status, String message) {
        super("http", message);
        this.status = status;
    }

    /** With which a server answers. */
    public int status() {
        return status;
    }
}
