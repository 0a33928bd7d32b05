package libp2p.nat.relay;

import libp2p.core.failure.NetworkException;

/** A circuit has carried as many bytes one way as it may, and there are more. */
final class CircuitFullException extends NetworkException {
    private static final long serialVersionUID = 1;

    CircuitFullException(long bytes) {
        super("the circuit has carried its " + bytes + " bytes");
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
