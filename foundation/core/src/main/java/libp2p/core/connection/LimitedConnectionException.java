package libp2p.core.connection;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/**
 * A stream was not opened because a relay limits the connection, and its caller has not said that it may be limited.
 */
public class LimitedConnectionException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param peer connected through a relay alone */
    public LimitedConnectionException(PeerId peer) {
        super("only a limited connection to " + peer + " is there", peer, null);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
