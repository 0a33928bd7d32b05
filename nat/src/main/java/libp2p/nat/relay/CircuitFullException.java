package libp2p.nat.relay;

import libp2p.core.failure.NetworkException;

/** A circuit has carried one way what it may, and there is more. */
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
