package libp2p.core.host;

/** Something that holds until it is closed. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    /** Ends it for what comes later; what runs goes on. Idempotent; does not block. */
    @Override
    void close();
}
