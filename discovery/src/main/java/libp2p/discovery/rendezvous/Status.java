package libp2p.discovery.rendezvous;

import org.jspecify.annotations.Nullable;

/** The answers of a meeting point. */
public enum Status {
    OK(0),
    INVALID_NAMESPACE(100),
    INVALID_SIGNED_PEER_RECORD(101),
    INVALID_TTL(102),
    INVALID_COOKIE(103),
    NOT_AUTHORIZED(200),
    INTERNAL_ERROR(300),
    UNAVAILABLE(400);

    private final int number;

    Status(int number) {
        this.number = number;
    }

    /** The number that stands for it in a message. */
    public int number() {
        return number;
    }

    static @Nullable Status of(long number) {
        for (Status status : values()) {
            if (status.number == number) {
                return status;
            }
        }
        return null;
    }
}
