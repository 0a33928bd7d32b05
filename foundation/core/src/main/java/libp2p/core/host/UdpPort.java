package libp2p.core.host;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A bound UDP socket that several protocols share: QUIC, STUN, DTLS, hole punching. Datagrams are told apart by their
 * first byte (RFC 9443): 0–3 is STUN, 20–63 DTLS, from 64 on QUIC, which knows its own by their connection ids.
 * Thread-safe.
 */
public interface UdpPort {
    /** The first byte from which on a datagram is QUIC's. */
    int QUIC = 64;

    /** The bound address with its real port. */
    InetSocketAddress localAddress();

    /**
     * Hands on the datagrams whose first byte is in a range, until the registration is closed.
     *
     * @param from at least 0
     * @param to at most 63, inclusive
     * @throws IllegalStateException if a receiver has a part of the range already
     */
    Registration receive(int from, int to, Receiver receiver);

    /** As {@link #send(ByteBuffer, InetSocketAddress, InetAddress)}, from the address that the system chooses. */
    default void send(ByteBuffer datagram, InetSocketAddress target) {
        send(datagram, target, null);
    }

    /**
     * Sends the remaining bytes as one datagram, without waiting; it may be lost.
     *
     * @param own the address of this machine from which it leaves, for an answer the one that {@link Receiver#received}
     *     has named; null for that of the socket or of the route
     */
    void send(ByteBuffer datagram, InetSocketAddress target, @Nullable InetAddress own);

    /** Takes datagrams. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Called on the one thread of the socket, which serves all its connections: it must not block, and should hand
         * over what takes longer than some microseconds.
         *
         * @param datagram valid during the call; written by a stranger
         * @param own the address of this machine to which it was sent, from which the sender expects an answer; null if
         *     the socket is bound to it, or the system does not tell
         */
        void received(ByteBuffer datagram, InetSocketAddress sender, @Nullable InetAddress own);
    }
}
