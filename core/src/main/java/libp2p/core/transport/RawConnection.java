package libp2p.core.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.environment.ReadHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * An ordered, reliable stream of bytes each way without security. One thread may read while another writes; {@link
 * #close} from any thread ends both. Direct buffers are fastest.
 */
public interface RawConnection extends AutoCloseable {
    /**
     * Reads at least one byte, blocking; returns the number read, or -1 at the end of the stream. After {@link #onReadable} it
     * does not wait, and returns 0 when nothing has come or it is another connection's turn.
     */
    int read(ByteBuffer target) throws IOException;

    /** Writes all remaining bytes, blocking. */
    void write(ByteBuffer source) throws IOException;

    /**
     * Lets an event loop say when there is something to read, from now on and for good; no thread may be reading.
     *
     * @return false if this connection knows only blocking reads; the handler is never called then
     */
    default boolean onReadable(ReadHandler handler) {
        return false;
    }

    /** Writes what can be written at once, which may be nothing. Only where {@link #onReadable} returned true. */
    default void tryWrite(ByteBuffer source) throws IOException {
        throw new UnsupportedOperationException("only with events");
    }

    Multiaddr localAddress();

    Multiaddr remoteAddress();

    /** Whether the local port is one this host listens on. */
    boolean portReused();

    /** What a relay in between allows, or null if nothing limits the connection. */
    default @Nullable ConnectionLimits limits() {
        return null;
    }

    /** Closes at once; idempotent, never throws. */
    @Override
    void close();
}
