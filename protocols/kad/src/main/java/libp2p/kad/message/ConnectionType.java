package libp2p.kad.message;

/** The sender's connection to a peer, a hint whether that can be reached. In the order of their numbers. */
public enum ConnectionType {
    /** The sender is not connected and has not been. */
    NOT_CONNECTED,
    /** The sender is connected. */
    CONNECTED,
    /** The sender has been connected and can connect. */
    CAN_CONNECT,
    /** The sender has tried in vain to connect. */
    CANNOT_CONNECT;

    private static final ConnectionType[] ALL = values();

    /** The type with a number; the first for those that are not known. */
    static ConnectionType of(int number) {
        return number >= 0 && number < ALL.length ? ALL[number] : NOT_CONNECTED;
    }
}
