package libp2p.http3;

import java.io.IOException;

/** The remote has broken a rule of HTTP/3; the connection is closed with the code. */
public final class Http3Exception extends IOException {
    private static final long serialVersionUID = 1;

    private final long code;

    /** @param code one of {@link Http3Error} */
    public Http3Exception(long code, String message) {
        super(message);
        this.code = code;
    }

    /** The code of {@link Http3Error} with which the connection is closed. */
    public long code() {
        return code;
    }
}
