package libp2p.core.environment;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bound UDP socket. One thread may receive while others send. Until {@link #onReadable} a thread must not be
 * interrupted inside {@code receive} or {@code send}, because that closes the socket for everybody.
 */
public interface UdpSocket extends AutoCloseable {
    /** The bound address with its real port. */
    InetSocketAddress localAddress();

    /**
     * Waits for the next datagram and puts its bytes into the buffer; what does not fit is lost.
     *
     * @throws IllegalStateException after {@link #onReadable}
     */
    InetSocketAddress receive(ByteBuffer target) throws IOException;

    /** Sends the remaining bytes as one datagram. */
    void send(ByteBuffer source, InetSocketAddress target) throws IOException;

    /**
     * Lets an event loop say when datagrams have come, from now on and for good; no thread may be receiving. The
     * handler takes them by {@link #tryReceive} until that returns null.
     *
     * @return false if this socket knows only blocking receives; the handler is never called then
     */
    default boolean onReadable(ReadHandler handler) {
        return false;
    }

    /**
     * As {@link #receive}, without waiting. Only for the handler of {@link #onReadable}.
     *
     * @return where the datagram comes from, or null if none has come or it is another socket's turn
     */
    default @Nullable InetSocketAddress tryReceive(ByteBuffer target) throws IOException {
        throw new UnsupportedOperationException("only with events");
    }

    /**
     * Sends the remaining bytes as one datagram if the socket takes it without waiting; if not, none of them is taken.
     * Only where {@link #onReadable} returned true; a thread that is interrupted in it does no harm.
     *
     * @return whether the datagram was taken
     */
    default boolean trySend(ByteBuffer source, InetSocketAddress target) throws IOException {
        throw new UnsupportedOperationException("only with events");
    }

    /** Closes the socket; idempotent, never throws. */
    @Override
    void close();
}
