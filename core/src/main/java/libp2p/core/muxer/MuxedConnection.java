package libp2p.core.muxer;

import java.io.IOException;
import libp2p.core.connection.CloseReason;
import libp2p.core.environment.Deadline;
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

    /** Number of streams that are open now. */
    int streams();

    /** Latest measured round trip in nanoseconds, or 0 if none was. */
    long roundTripNanos();

    /** Ends the connection and all its streams, telling the remote where the protocol can. Idempotent; does not block long. */
    void close(long code, String reason);

    /** Why the connection ended, or null while it is open. */
    @Nullable
    CloseReason closeReason();

    /** Runs once, on a thread of its own, when the connection has ended, or at once if it has. */
    void onClose(Runnable action);
}
