package libp2p.discovery.rendezvous;

import org.jspecify.annotations.Nullable;

/** The answers of a meeting point. */
public enum Status {
    /** The request was done. */
    OK(0),
    /** The namespace is empty, too long or has other characters. */
    INVALID_NAMESPACE(100),
    /** The signed peer record does not belong to the peer or does not hold. */
    INVALID_SIGNED_PEER_RECORD(101),
    /** The lifetime is below or above what the point takes. */
    INVALID_TTL(102),
    /** The cookie is not one that the point has given. */
    INVALID_COOKIE(103),
    /** The point does not serve this peer. */
    NOT_AUTHORIZED(200),
    /** The point has failed. */
    INTERNAL_ERROR(300),
    /** The point cannot answer now; later it may. */
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
