package libp2p.http;

import libp2p.core.failure.NetworkException;
import org.jspecify.annotations.Nullable;

/** An HTTP server cannot be reached, breaks the protocol, or answers with a status that says no. */
public class HttpRequestException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final int status;
    private final boolean retryable;

    /** @param status of the answer, or 0 if there was none */
    public HttpRequestException(String message, int status, boolean retryable, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.retryable = retryable;
    }

    /** The status of the answer, or 0. */
    public int status() {
        return status;
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
