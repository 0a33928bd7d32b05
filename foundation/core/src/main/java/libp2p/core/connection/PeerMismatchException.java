package libp2p.core.connection;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/** The remote proved another identity than the one that was dialed. */
public class PeerMismatchException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final transient PeerId expected;
    private final transient PeerId actual;

    /** Says who was meant and who has answered. */
    public PeerMismatchException(PeerId expected, PeerId actual) {
        super("the remote peer is " + actual + ", expected " + expected, expected, null);
        this.expected = expected;
        this.actual = actual;
    }

    /** The peer that was dialed. */
    public PeerId expected() {
        return expected;
    }

    /** The peer that has proved its identity. */
    public PeerId actual() {
        return actual;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
