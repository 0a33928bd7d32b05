package libp2p.pubsub.message;

import java.security.SignatureException;

/**
 * The signature of a message cannot be checked here, though others perhaps can: the message is passed over, and the peer
 * that relays it loses nothing.
 */
public final class UncheckableMessageException extends SignatureException {
    private static final long serialVersionUID = 1;

    /** @param message why */
    public UncheckableMessageException(String message, Throwable cause) {
        super(message, cause);
    }
}
