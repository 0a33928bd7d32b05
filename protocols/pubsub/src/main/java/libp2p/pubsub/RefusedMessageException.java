package libp2p.pubsub;

import libp2p.core.failure.NetworkException;

/** A message that this host does not publish: it is too long, or a validator of its own refuses it. */
public final class RefusedMessageException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param message the reason, with the limit if there is one */
    public RefusedMessageException(String message) {
        super(message, null, GossipSub.SERVICE);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
