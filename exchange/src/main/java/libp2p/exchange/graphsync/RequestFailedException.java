package libp2p.exchange.graphsync;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.Cid;

/** A peer has ended a request without what was asked for. */
public class RequestFailedException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final transient Status status;

    RequestFailedException(PeerId peer, Cid root, Status status) {
        super("graphsync: " + peer + " ended the request for " + root + ": " + status, peer, GraphSyncMessage.PROTOCOL);
        this.status = status;
    }

    /** The status that the peer sent. */
    public Status status() {
        return status;
    }

    @Override
    public boolean isRetryable() {
        return status.equals(Status.BUSY) || status.equals(Status.CANCELLED);
    }
}
