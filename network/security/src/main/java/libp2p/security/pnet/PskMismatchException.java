package libp2p.security.pnet;

import libp2p.core.failure.NetworkException;

/** The remote peer is not in the same private network. */
public class PskMismatchException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param message what was seen instead */
    public PskMismatchException(String message) {
        super("private network: " + message);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
