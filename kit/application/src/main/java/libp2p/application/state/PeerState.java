package libp2p.application.state;

/** Where an application is with a peer. */
public enum PeerState {
    /** Nothing goes on. */
    IDLE,
    /** The peer is dialed; at most 30 seconds by default. */
    CONNECTING,
    /** The transport is connected, and the handshakes run; at most 10 seconds by default. */
    HANDSHAKING,
    /** Streams can be opened. */
    CONNECTED,
    /** The connection ends; at most 5 seconds by default. */
    DISCONNECTING,
    /** Something failed; the next {@link PeerEvent#CONNECT} tries again. */
    ERROR
}
