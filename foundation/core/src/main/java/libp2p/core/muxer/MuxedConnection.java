package libp2p.core.muxer;

import java.io.IOException;
import java.util.Map;
import java.util.function.Consumer;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Deadline;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/** Many streams between two peers. Thread-safe. */
public interface MuxedConnection {
    /**
     * Opens a stream; blocks only while too many opened streams are not acknowledged by the remote.
     *
     * @throws libp2p.core.connection.ConnectionClosedException if the connection has ended
     */
    MuxedStream openStream(Deadline deadline) throws IOException;

    /**
     * Waits for the next stream of the remote. One thread at a time.
     *
     * @throws libp2p.core.connection.ConnectionClosedException once the connection has ended
     */
    MuxedStream acceptStream() throws IOException;

    /**
     * From now on each stream of the remote goes to the receiver when it comes, those that wait first, instead of to
     * {@link #acceptStream}. The receiver runs, without locks held, on a thread that other streams wait for: it must
     * not block, and starts a thread for what does. It owns the stream, also if it throws. Called once.
     *
     * @return false if the connection cannot do that and a caller has to accept
     */
    default boolean onStream(Consumer<? super MuxedStream> receiver) {
        return false;
    }

    /**
     * From now on opening or accepting a stream need not send anything by itself: what tells the remote may leave with
     * the next bytes of the connection, in the same record and system call. For a user who soon writes to, or resets,
     * every stream that it opens or accepts. A muxer may ignore it.
     */
    default void announceWithData() {}

    /** Number of streams that are open now. */
    int streams();

    /** Latest measured round trip in nanoseconds, or 0 if none was. */
    long roundTripNanos();

    /**
     * Where the remote is now, without {@code /p2p}, if it has moved since the handshake and has shown that the address is its
     * own; null while it is where it was.
     */
    default @Nullable Multiaddr movedTo() {
        return null;
    }

    /**
     * Figures of the connection for people and monitoring, in an order; empty where there are none. Names are in lower
     * case with underscores, values are text, numbers and booleans; those of time are in milliseconds, those of size in
     * bytes.
     */
    default Map<String, Object> details() {
        return Map.of();
    }

    /**
     * Ends the connection and all its streams, telling the remote where the protocol can. Idempotent; does not block
     * long.
     */
    void close(long code, String reason);

    /** Why the connection ended, or null while it is open. */
    @Nullable
    CloseReason closeReason();

    /** Runs once, on a thread of its own, when the connection has ended, or at once if it has. */
    void onClose(Runnable action);
}
