package libp2p.core.event;

/** A handler that is called with events until this is closed. Thread-safe. */
public interface EventRegistration extends AutoCloseable {
    /** Number of events that the handler never saw, since it was too far behind. */
    long dropped();

    /** Ends the calls; one that runs goes on. The handler may do it itself. Idempotent; does not block. */
    @Override
    void close();
}
