package libp2p.core.connection;

import libp2p.core.failure.NetworkException;

/** This host did not try an address: no transport dials it, it failed a moment ago, or a better one is wanted. */
public class DialRefusedException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final boolean retryable;

    /**
     * @param message why
     * @param retryable whether the reason passes with time
     */
    public DialRefusedException(String message, boolean retryable) {
        super(message);
        this.retryable = retryable;
    }

    @Override
    public boolean isRetryable() {
        return retryable;
    }
}
