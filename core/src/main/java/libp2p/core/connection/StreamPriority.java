package libp2p.core.connection;

/** How a connection orders the streams that have bytes to send. Local scheduling only; nothing goes onto the wire. */
public enum StreamPriority {
    /** Short messages that somebody waits for. */
    HIGH,
    /** The default. */
    NORMAL,
    /** Bulk data that may wait. */
    LOW
}
