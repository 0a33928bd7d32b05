package libp2p.transports.quic.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import libp2p.core.environment.Deadline;

/** One bound UDP socket that QUIC connections share, dialed and accepted ones. Thread-safe. */
public interface QuicPort extends AutoCloseable {
    /** The bound address with its real port. */
    InetSocketAddress localAddress();

    /** Accepts connections from now on, or no more if null; those that are there stay. */
    void acceptor(@org.jspecify.annotations.Nullable QuicAcceptor acceptor);

    /**
     * Connects; blocks until streams can be opened.
     *
     * @throws libp2p.core.connection.DeadlineExceededException when the deadline passes
     */
    QuicConnection connect(InetSocketAddress remote, PeerVerifier verifier, Deadline deadline) throws IOException;

    /** Sends the remaining bytes as one datagram, without waiting. */
    void send(ByteBuffer datagram, InetSocketAddress target);

    /** Closes the socket and all its connections; idempotent, never throws. */
    @Override
    void close();
}
