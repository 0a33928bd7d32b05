package libp2p.core.transport;

import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.failure.NetworkException;

/**
 * The remote broke the rules on a connection that this host dialed from a port it listens on. Perhaps the remote dialed
 * at the same moment from the port that was dialed: then TCP has made one connection of both (simultaneous open), on
 * which each side takes itself for the dialer. It is worth another try from another port.
 */
public final class CrossedDialException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param violation what the remote did wrong */
    public CrossedDialException(ProtocolViolationException violation) {
        super(violation.getMessage(), violation);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
