package libp2p.application.state;

/** What moves a {@link PeerStateMachine}. */
public enum PeerEvent {
    /** The application wants the peer. */
    CONNECT,
    /** The transport is connected. */
    CONNECTED,
    /** The peer has proved its identity, and the connection is open. */
    HANDSHAKE_COMPLETE,
    /** The application, or the peer, ends the connection. */
    DISCONNECT,
    /** Something failed. */
    ERROR,
    /** The time of a state is up; the machine sends it itself. */
    TIMEOUT,
    /** The connection has ended. */
    CLOSED
}
