package libp2p.core.connection;

/**
 * Order in which a connection serves the streams that have bytes to send. Local scheduling only; nothing goes onto the
 * wire.
 */
public enum StreamPriority {
    /** Short messages that a caller waits for. */
    HIGH,
    /** The default. */
    NORMAL,
    /** Bulk data that may wait. */
    LOW
}
