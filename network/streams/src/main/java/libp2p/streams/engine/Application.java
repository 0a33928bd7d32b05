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

    /** This side closes the connection: no caller waits any longer; what was written still leaves. */
    void close(CloseReason why);

    /** The connection is over: bytes that have come can still be read. */
    void connectionEnds(CloseReason why);

    /** Nothing will come any more. */
    void drop();
}
