package libp2p.core.connection;

import libp2p.core.failure.NetworkException;

/** The host, or the part of it that was asked, is closed. */
public class HostClosedException extends NetworkException {
    private static final long serialVersionUID = 1;

    /** For a call after {@code Host.close}. */
    public HostClosedException() {
        super("the host is closed");
    }

    @Override
    public boolean isRetryable() {
        return false;
    }
}
