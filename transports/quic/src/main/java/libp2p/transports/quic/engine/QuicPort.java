package libp2p.transports.quic.engine;

import java.io.IOException;
import java.net.InetSocketAddress;
import libp2p.core.environment.Deadline;
import libp2p.core.host.UdpPort;

/** One bound UDP socket that QUIC connections share, dialed and accepted ones, with other protocols. Thread-safe. */
public interface QuicPort extends UdpPort, AutoCloseable {
    /** Accepts connections from now on, or no more if null; those that are there stay. */
    void acceptor(@org.jspecify.annotations.Nullable QuicAcceptor acceptor);

    /**
     * Connects; blocks until streams can be opened.
     *
     * @throws libp2p.core.failure.DeadlineExceededException when the deadline passes
     */
    QuicConnection connect(InetSocketAddress remote, PeerVerifier verifier, Deadline deadline) throws IOException;

    /** Closes the socket and all its connections; idempotent, never throws. */
    @Override
    void close();
}
