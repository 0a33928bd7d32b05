package libp2p.core.connection;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/** The remote proved the identity of this host itself. */
public class SelfDialException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param self the peer id of both ends */
    public SelfDialException(PeerId self) {
        super("the remote peer is this host itself, " + self, self, null);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
