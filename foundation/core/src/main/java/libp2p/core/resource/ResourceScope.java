package libp2p.core.resource;

/** A resource scope: something that resources are charged to, and through it to all scopes above. Thread-safe. */
public interface ResourceScope {
    /** For people and metrics, for example {@code "system"} or {@code "peer:12D3…"}. */
    String name();

    /**
     * Charges memory.
     *
     * @param bytes at least 0
     * @param priority 0–255; the reservation is refused when it would fill more than (1 + priority) / 256 of the limit
     * @throws LimitExceededException if a limit is reached; nothing stays charged
     */
    Reservation reserve(long bytes, int priority) throws LimitExceededException;

    /** The present charges. */
    ScopeUsage usage();
}
