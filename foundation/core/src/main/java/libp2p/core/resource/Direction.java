package libp2p.core.resource;

/** The side that opened a connection or stream. */
public enum Direction {
    /** The remote peer. */
    INBOUND,
    /** This host. */
    OUTBOUND
}
