package libp2p.core.environment;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/**
 * A connected TCP socket with Nagle's algorithm off. One thread may read while another writes. {@link #close} may be
 * called from any thread and ends both; a thread must not be interrupted inside {@code read} or {@code write}, because
 * that closes the socket for all its users.
 */
public interface TcpChannel extends AutoCloseable {
    /**
     * Reads at least one byte, blocking; returns the number read, or -1 at the end of the stream. After {@link
     * #onReadable} it does not wait, and returns 0 when nothing has come or it is another socket's turn.
     */
    int read(ByteBuffer target) throws IOException;

    /** Writes all remaining bytes, blocking. */
    void write(ByteBuffer source) throws IOException;

    /**
     * Lets an event loop say when there is something to read, from now on and for good; no thread may be reading.
     * Called once. A channel that is closed already calls the handler all the same, whose read then throws.
     */
    void onReadable(ReadHandler handler);

    /**
     * Writes what the socket takes at once, which may be nothing. Only after {@link #onReadable}; a thread that is
     * interrupted in it does no harm.
     */
    void tryWrite(ByteBuffer source) throws IOException;

    /** Sends FIN; reading goes on. */
    void shutdownOutput() throws IOException;

    /**
     * Whether closing sends RST from now on, in place of FIN: bytes that were written and have not arrived are lost
     * then, and the two addresses may connect anew at once, without the minutes in which TCP keeps a closed connection
     * (TIME_WAIT, RFC 9293 section 3.6.1). Does nothing to a closed socket.
     */
    void resetOnClose(boolean reset);

    /** The address of this end. */
    InetSocketAddress localAddress();

    /** The address of the other end. */
    InetSocketAddress remoteAddress();

    /** Closes the socket; idempotent, never throws. */
    @Override
    void close();
}
