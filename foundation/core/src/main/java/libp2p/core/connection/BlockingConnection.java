package libp2p.core.connection;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * An ordered, reliable stream of bytes each way without security, whose reads and writes wait. One thread may read
 * while another writes; {@link #close} from any thread ends both. Direct buffers are fastest.
 *
 * <p>A transport that can do no more than this hands {@link libp2p.core.transport.ThreadedReads} over it to the
 * upgrader.
 */
public interface BlockingConnection extends AutoCloseable {
    /** Reads at least one byte, blocking; returns the number read, or -1 at the end of the stream. */
    int read(ByteBuffer target) throws IOException;

    /** Writes all remaining bytes, blocking. */
    void write(ByteBuffer source) throws IOException;

    /** The address of this end. */
    Multiaddr localAddress();

    /** The address of the other end. */
    Multiaddr remoteAddress();

    /** Whether the local port is one this host listens on. */
    boolean portReused();

    /** The limits that a relay in between sets, or null if nothing limits the connection. */
    default @Nullable ConnectionLimits limits() {
        return null;
    }

    /** Closes at once; idempotent, never throws. */
    @Override
    void close();
}
