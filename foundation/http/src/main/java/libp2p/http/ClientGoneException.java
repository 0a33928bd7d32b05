package libp2p.http;

import libp2p.core.failure.NetworkException;
import org.jspecify.annotations.Nullable;

/** The client of a request has left, and its answer is not needed. */
public final class ClientGoneException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** With what told that it has left, or null. */
    public ClientGoneException(@Nullable Throwable cause) {
        super("the client has left", cause);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
