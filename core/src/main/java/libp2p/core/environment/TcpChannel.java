package libp2p.core.environment;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A connected TCP socket with Nagle's algorithm off. One thread may read while another writes. {@link #close} may be
 * called from any thread and ends both; a thread must not be interrupted inside {@code read} or {@code write}, because
 * that closes the socket for everybody.
 */
public interface TcpChannel extends AutoCloseable {
    /** Reads at least one byte, blocking; returns the number read, or -1 at the end of the stream. */
    int read(ByteBuffer target) throws IOException;

    /** Writes all remaining bytes, blocking. */
    void write(ByteBuffer source) throws IOException;

    /** Sends FIN; reading goes on. */
    void shutdownOutput() throws IOException;

    InetSocketAddress localAddress();

    InetSocketAddress remoteAddress();

    /** Closes the socket; idempotent, never throws. */
    @Override
    void close();
}
