package libp2p.core.environment;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bound UDP socket. One thread may receive while others send. Until {@link #onReadable} a thread must not be
 * interrupted inside {@code receive} or {@code send}, because that closes the socket for all its users.
 */
public interface UdpSocket extends AutoCloseable {
    /** The bound address with its real port. */
    InetSocketAddress localAddress();

    /**
     * Waits for the next datagram and puts its bytes into the buffer; bytes that do not fit are lost.
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

    /**
     * Has the handler of {@link #onReadable} called after a time though nothing has come. The last call counts; calls
     * are one after the other. Any thread.
     *
     * @param nanos from now, at once if not positive; {@code Long.MAX_VALUE} for never
     */
    default void wakeAfter(long nanos) {
        throw new UnsupportedOperationException("only with events");
    }

    /**
     * As {@link #tryReceive(ByteBuffer)}, for as many datagrams of one sender as the system hands over together. A
     * batch is left empty when what came is not to be answered (on Linux, broadcasts to a socket of all addresses). On
     * Linux a socket of all addresses that was bound for batches tells to which of them they were sent.
     *
     * @param batch is filled from its start; of a datagram that does not fit the rest is lost
     * @return false if none has come or it is another socket's turn
     */
    default boolean tryReceive(DatagramBatch batch) throws IOException {
        ByteBuffer target = batch.buffer().clear();
        InetSocketAddress from = tryReceive(target);
        int length = target.position();
        target.clear();
        if (from == null) {
            return false;
        }
        batch.received(length, length, 0, from);
        return true;
    }

    /**
     * As {@link #trySend(ByteBuffer, InetSocketAddress)}, for a batch; datagrams that the socket has no room for are
     * lost. They leave from the batch's own address where the socket can tell such addresses; elsewhere, and where it
     * is null, from the one that the system chooses, which is that of the route.
     */
    default void trySend(DatagramBatch batch) throws IOException {
        ByteBuffer datagram = batch.buffer().clear();
        try {
            for (int from = 0; from < batch.length(); from += batch.segment()) {
                datagram.limit(Math.min(batch.length(), from + batch.segment())).position(from);
                trySend(datagram, batch.remote());
            }
        } finally {
            datagram.clear();
        }
    }

    /**
     * One more socket with the same address, which another event loop will read. The system gives all that one sender
     * sends to one of them (SO_REUSEPORT on Linux). Each has to be closed. Only where {@link #onReadable} returned
     * true; not from an event loop.
     *
     * @return null where the system cannot, or no loop is left
     */
    default @Nullable UdpSocket another() throws IOException {
        return null;
    }

    /** Whether a batch leaves with one call of the system (UDP_SEGMENT on Linux). */
    default boolean usesSegmentation() {
        return false;
    }

    /** Whether the system hands over several datagrams with one call (UDP_GRO on Linux). */
    default boolean usesCoalescing() {
        return false;
    }

    /**
     * Closes the socket; idempotent, never throws. A socket that an event loop reads keeps its address until
     * {@link ReadHandler#onReleased}.
     */
    @Override
    void close();
}
