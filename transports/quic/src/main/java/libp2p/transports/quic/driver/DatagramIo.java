package libp2p.transports.quic.driver;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.quic.connection.SendBatch;

/** A bound UDP socket that is read by a thread of its own. Thread-safe. */
interface DatagramIo extends AutoCloseable {
    /** Takes what is read. Called by one thread. */
    interface Sink {
        /** A datagram; the buffer is the callee's during the call, and may be written to where the datagram is. */
        void datagram(ByteBuffer buffer, int offset, int length, InetSocketAddress from, int codepoint);

        /** All that was there has been read. */
        void turnOver();
    }

    InetSocketAddress localAddress();

    /** Begins to read. */
    void start(Sink sink);

    /** A batch that {@link #send(SendBatch)} takes. */
    SendBatch newBatch();

    /** Sends without waiting; what the socket has no room for is lost. */
    void send(SendBatch batch);

    /** Whether batches leave with one call of the system each. */
    default boolean usesSegmentation() {
        return false;
    }

    /** Whether several datagrams of a sender may come with one call of the system. */
    default boolean usesCoalescing() {
        return false;
    }

    /** Sends one datagram without waiting. */
    void send(ByteBuffer datagram, InetSocketAddress to);

    /** Closes the socket and ends the thread; idempotent, never throws. */
    @Override
    void close();
}
