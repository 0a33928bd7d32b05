package libp2p.core.resource;

/** Memory charged to a scope until it is closed. Thread-safe. */
public interface Reservation extends AutoCloseable {
    /** Priority of what must not fail unless the limit itself is reached. */
    int ALWAYS = 255;

    /** Priority of what may be refused when half of the memory is used, as windows that want to grow. */
    int MEDIUM = 127;

    /** Priority of what is only nice to have. */
    int LOW = 63;

    /** Bytes charged now. */
    long bytes();

    /**
     * Charges more.
     *
     * @throws LimitExceededException if a limit is reached; what was charged stays
     */
    void grow(long bytes, int priority) throws LimitExceededException;

    /** Gives some back; at most what is charged. */
    void shrink(long bytes);

    /** Gives all back; idempotent. */
    @Override
    void close();
}
