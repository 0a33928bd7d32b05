package libp2p.graphsync;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;

/** A peer has ended a request without what was asked for. */
public class RequestFailedException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final transient ResponseStatus status;

    RequestFailedException(PeerId peer, Cid root, ResponseStatus status) {
        super("graphsync: " + peer + " ended the request for " + root + ": " + status, peer, GraphSyncMessage.PROTOCOL);
        this.status = status;
    }

    /** The status that the peer sent. */
    public ResponseStatus status() {
        return status;
    }

    @Override
    public boolean isRetryable() {
        return status.equals(ResponseStatus.BUSY) || status.equals(ResponseStatus.CANCELLED);
    }
}
