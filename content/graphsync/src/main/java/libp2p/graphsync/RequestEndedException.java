package libp2p.graphsync;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/** A request has ended before its walk: it was cancelled here, or the peer is gone. */
public class RequestEndedException extends NetworkException {
    private static final long serialVersionUID = 1;

    RequestEndedException(PeerId peer, String message) {
        super("graphsync: " + message, peer, GraphSyncMessage.PROTOCOL);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
