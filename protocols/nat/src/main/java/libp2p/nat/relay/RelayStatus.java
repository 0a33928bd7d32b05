package libp2p.nat.relay;

import libp2p.core.connection.ErrorCode;

/** The answers of a relay, or of the target of a circuit. */
public enum RelayStatus {
    /** The request was done. */
    OK(100),
    /** The relay gives no reservation to this peer. */
    RESERVATION_REFUSED(200),
    /** The relay has no room for another reservation or circuit. */
    RESOURCE_LIMIT_EXCEEDED(201),
    /** The relay does not do this for this peer. */
    PERMISSION_DENIED(202),
    /** The relay could not reach the other peer. */
    CONNECTION_FAILED(203),
    /** The other peer has no reservation. */
    NO_RESERVATION(204),
    /** The relay did not understand the message. */
    MALFORMED_MESSAGE(400),
    /** The message was none that belongs here. */
    UNEXPECTED_MESSAGE(401),
    /** A number that this implementation does not know. */
    UNKNOWN(0);

    private final int number;

    RelayStatus(int number) {
        this.number = number;
    }

    /** The number on the wire. */
    public int number() {
        return number;
    }

    /** The status of a number; {@link #UNKNOWN} if there is none. */
    public static RelayStatus of(int number) {
        for (RelayStatus status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return UNKNOWN;
    }

    /** The error code that stands for this status where a stream is reset. */
    long errorCode() {
        return switch (this) {
            case RESERVATION_REFUSED, RESOURCE_LIMIT_EXCEEDED -> ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED;
            case PERMISSION_DENIED -> ErrorCode.STREAM_GATED;
            case MALFORMED_MESSAGE, UNEXPECTED_MESSAGE -> ErrorCode.STREAM_PROTOCOL_VIOLATION;
            default -> ErrorCode.NONE;
        };
    }
}
