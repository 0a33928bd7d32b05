package libp2p.core.connection;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/** The connection gater of this host said no. */
public class GatedException extends NetworkException {
    private static final long serialVersionUID = 1;

    /**
     * @param hook the hook that refused, for example {@code "accept"}
     * @param subject the peer, address or connection that it refused
     */
    public GatedException(String hook, Object subject) {
        super(
                "refused by the connection gater at " + hook + ": " + subject,
                subject instanceof PeerId peer ? peer : null,
                null);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
