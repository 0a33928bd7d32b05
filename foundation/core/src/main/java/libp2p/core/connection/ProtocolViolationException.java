package libp2p.core.connection;

import libp2p.core.failure.NetworkException;

/** The remote peer sent what the protocol forbids. */
public class ProtocolViolationException extends NetworkException {
    private static final long serialVersionUID = 1;

    /**
     * @param protocol the protocol whose rule was broken, for example {@code "/yamux/1.0.0"}
     * @param message what was wrong, with the limit if there is one; hostile text escaped
     */
    public ProtocolViolationException(String protocol, String message) {
        super(protocol + ": " + message, null, protocol);
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
