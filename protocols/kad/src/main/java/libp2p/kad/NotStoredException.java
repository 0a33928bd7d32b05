package libp2p.kad;

import libp2p.core.failure.NetworkException;

/** A value or an announcement reached no peer that keeps it. */
public class NotStoredException extends NetworkException {
    private static final long serialVersionUID = 1;

    NotStoredException(String what, String protocol, int asked) {
        super(
                asked == 0
                        ? what + ": no peer of the DHT is known"
                        : what + ": none of " + asked + " peers has taken it",
                null,
                protocol);
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
