package libp2p.core.host;

/** Something that holds until it is closed. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
    /** Ends it for later streams or events; running handlers go on. Idempotent; does not block. */
    @Override
    void close();
}
