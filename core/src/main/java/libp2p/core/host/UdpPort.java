package libp2p.core.host;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

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
     * @throws IllegalStateException if somebody has a part of the range already
     */
    Registration receive(int from, int to, Receiver receiver);

    /** Sends the remaining bytes as one datagram, without waiting; it may be lost. */
    void send(ByteBuffer datagram, InetSocketAddress target);

    /** Takes datagrams. */
    @FunctionalInterface
    interface Receiver {
        /**
         * Called on the one thread of the socket, which serves all its connections: it must not block, and should hand
         * over what takes longer than some microseconds.
         *
         * @param datagram valid during the call; written by a stranger
         */
        void received(ByteBuffer datagram, InetSocketAddress sender);
    }
}
