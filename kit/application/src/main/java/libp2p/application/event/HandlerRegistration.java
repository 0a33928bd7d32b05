package libp2p.application.event;

/** A handler that gets events until this is closed. Thread-safe. */
public interface HandlerRegistration extends AutoCloseable {
    /** The name of the handler. */
    String name();

    /** Number of messages and errors that the handler never got, since it was too far behind. */
    long dropped();

    /** Number of events at which the handler threw. */
    long failures();

    /** Ends the calls; one that runs goes on. The handler may do it itself. Idempotent; does not block. */
    @Override
    void close();
}
