package libp2p.core.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.environment.ReadHandler;

/**
 * An ordered, reliable stream of bytes each way without security. Handshakes read it by blocking calls; then {@link
 * #onReadable} hands the reading to an event loop, so that an idle connection has no thread.
 */
public interface RawConnection extends BlockingConnection {
    /**
     * Reads at least one byte, blocking; returns the number read, or -1 at the end of the stream. After {@link
     * #onReadable} it does not wait, and returns 0 when nothing has come or it is another connection's turn.
     */
    @Override
    int read(ByteBuffer target) throws IOException;

    /**
     * Lets an event loop say when there is something to read, from now on and for good; no thread may be reading.
     * Called once. A connection that has ended already calls the handler all the same, whose read then throws.
     */
    void onReadable(ReadHandler handler);

    /**
     * Writes what can be written without waiting, which may be nothing. Only after {@link #onReadable}. The bytes that
     * are left must be the first of the next {@code write} or {@code tryWrite}, since a frame or a record of them may
     * be half sent.
     */
    void tryWrite(ByteBuffer source) throws IOException;
}
