package libp2p.streams.engine;

import libp2p.core.connection.CloseReason;

/**
 * The use of a connection's streams by the application protocol that its sides have agreed on: those of libp2p are one
 * table, {@link EngineStreams}; HTTP/3 has streams of several kinds. Every method needs the lock of the connection, but
 * for {@link #deliver}, and does not wait.
 */
public interface Application {
    /** Looks at what has changed in the engine: streams that have come, and those with something new. */
    void look();

    /** Hands on what {@link #look} has found, without the lock. */
    void deliver();

    /** Whether the remote proves who it is by this protocol, and not by the handshake: for long it may be a stranger. */
    default boolean provesPeer() {
        return false;
    }

    /** Bytes that it holds for the remote beside those of the engine; asked after every use, and charged. */
    default long held() {
        return 0;
    }

    /** This side closes the connection: no caller waits any longer; what was written still leaves. */
    void close(CloseReason why);

    /**
     * All written bytes have arrived, and the connection is about to end by a close of this side: the last moment to tell
     * the remote so in the protocol's own words.
     *
     * @return whether something was written, whose arrival is waited for
     */
    default boolean farewell(CloseReason why) {
        return false;
    }

    /** The code with which the connection is closed on the wire. */
    default long closeCode(long code) {
        return code;
    }

    /** Why the connection has ended, of which the remote has told in codes of the wire. */
    default CloseReason heard(CloseReason onTheWire) {
        return onTheWire;
    }

    /** The connection is over: bytes that have come can still be read. */
    void connectionEnds(CloseReason why);

    /** Nothing will come any more. */
    void drop();
}
