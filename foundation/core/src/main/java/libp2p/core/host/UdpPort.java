package libp2p.core.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.DatagramBatch;
import org.jspecify.annotations.Nullable;

/**
 * A bound UDP address that several protocols share: QUIC, STUN, DTLS, hole punching. Datagrams are told apart by their
 * first byte (RFC 9443): 0–3 is STUN, 20–63 DTLS, from 64 on QUIC, which knows its own by their connection ids.
 * Thread-safe.
 */
public interface UdpPort {
    /** The first byte from which on a datagram is QUIC's. */
    int QUIC = 64;

    /** The bound address with its real port. */
    InetSocketAddress localAddress();

    /**
     * Hands on the datagrams whose first byte is in a range, until the registration is closed. Where several receivers
     * have the same first byte, each datagram is offered to them in the order in which they came, until one takes it.
     *
     * @param from at least 0
     * @param to at most 63, inclusive
     */
    Registration receive(int from, int to, Receiver receiver);

    /** As {@link #send(ByteBuffer, InetSocketAddress, InetAddress)}, from the address that the system chooses. */
    default void send(ByteBuffer datagram, InetSocketAddress target) {
        send(datagram, target, null);
    }

    /**
     * Sends the remaining bytes as one datagram, without waiting; it may be lost.
     *
     * @param own the address of this machine from which it leaves, for an answer the {@link DatagramBatch#ownAddress}
     *     of what was received; null for that of the socket or of the route
     */
    void send(ByteBuffer datagram, InetSocketAddress target, @Nullable InetAddress own);

    /** Sends a batch, with one call of the system where it can, without waiting; any of them may be lost. */
    void send(DatagramBatch batch);

    /**
     * Takes datagrams. Thread-safe: a port is served by several threads, each of which hands on what it reads, without
     * a lock between them.
     */
    @FunctionalInterface
    interface Receiver {
        /**
         * Called on an event loop, which serves many connections: it must not block, and should hand over what takes
         * longer than some microseconds.
         *
         * @param batch with the datagram, its sender, and the address of this machine to which it was sent; valid
         *     during the call. Where the datagram lies may be written to; its bytes are a stranger's
         * @param offset of the datagram in the buffer of the batch
         * @param length in bytes, at least 1
         * @return whether it is one for this receiver; if not, the next one is asked
         */
        boolean received(DatagramBatch batch, int offset, int length);
    }
}
