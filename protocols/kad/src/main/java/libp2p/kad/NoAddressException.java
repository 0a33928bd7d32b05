package libp2p.kad;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/** An answer named a peer, but none says where it is. */
public class NoAddressException extends NetworkException {
    private static final long serialVersionUID = 1;

    NoAddressException(PeerId peer, String protocol) {
        super("no address of " + peer + " is known", peer, protocol);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
