package libp2p.kad.message;

/** What the sender knows of a peer's reachability. In the order of their numbers; only a hint. */
public enum ConnectionType {
    NOT_CONNECTED,
    CONNECTED,
    CAN_CONNECT,
    CANNOT_CONNECT;

    private static final ConnectionType[] ALL = values();

    /** The type with a number; the first for those that are not known. */
    static ConnectionType of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : NOT_CONNECTED;
    }
}
