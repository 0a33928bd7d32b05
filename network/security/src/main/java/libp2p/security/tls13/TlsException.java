package libp2p.security.tls13;

import libp2p.core.failure.NetworkException;

/** The remote has broken the protocol, and hears this alert for it. */
public class TlsException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final Alert alert;

    /** @param message what was wrong; nothing unescaped of the remote's in it */
    public TlsException(Alert alert, String message) {
        super(message);
        this.alert = alert;
    }

    public Alert alert() {
        return alert;
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
