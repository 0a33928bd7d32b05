package libp2p.security.tls13;

import libp2p.core.failure.NetworkException;

/** The remote has ended the connection with an alert. */
public class RemoteAlertException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** @param code number of the alert */
    public RemoteAlertException(int code) {
        super("TLS: the remote peer sent the alert " + Alert.describe(code));
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
