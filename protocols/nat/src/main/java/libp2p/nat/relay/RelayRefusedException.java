package libp2p.nat.relay;

import libp2p.core.failure.NetworkException;
import libp2p.core.identity.PeerId;

/** A relay refused a reservation or a circuit, and said why. */
public final class RelayRefusedException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final RelayStatus status;

    /**
     * @param what was asked for, for example {@code "a reservation"}
     * @param number of the status that the relay sent
     */
    public RelayRefusedException(PeerId relay, String what, int number) {
        super(
                "the relay refused " + what + ": " + RelayStatus.of(number) + " (" + number + ")",
                relay,
                RelayClient.HOP_PROTOCOL);
        this.status = RelayStatus.of(number);
    }

    /** Why. */
    public RelayStatus status() {
        return status;
    }

    @Override
    public boolean isRetryable() {
        return switch (status) {
            case PERMISSION_DENIED, MALFORMED_MESSAGE, UNEXPECTED_MESSAGE -> false;
            default -> true;
        };
    }
}
