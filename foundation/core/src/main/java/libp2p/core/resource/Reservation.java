package libp2p.core.resource;

/** Memory charged to a scope until it is closed. Thread-safe. */
public interface Reservation extends AutoCloseable {
    /** Priority of what must not fail unless the limit itself is reached. */
    int ALWAYS = 255;

    /**
     * Priority of what may be refused when half of the memory is used, as windows that want to grow; of the memory of all
     * peers, to those that have more than a small part of what is left.
     */
    int MEDIUM = 127;

    /** Priority of what is only nice to have. */
    int LOW = 63;

    /** Bytes charged now. */
    long bytes();

    /**
     * Charges more.
     *
     * @throws LimitExceededException if a limit is reached; earlier charges stay
     */
    void grow(long bytes, int priority) throws LimitExceededException;

    /**
     * Charges more and says whether it could, at a fraction of the price of an exception: for what strangers may have
     * refused as often as they like.
     */
    default boolean tryGrow(long bytes, int priority) {
        try {
            grow(bytes, priority);
            return true;
        } catch (LimitExceededException refused) {
            return false;
        }
    }

    /** Gives some back; at most what is charged. */
    void shrink(long bytes);

    /** Gives all back; idempotent. */
    @Override
    void close();
}
