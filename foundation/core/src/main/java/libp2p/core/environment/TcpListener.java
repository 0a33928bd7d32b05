package libp2p.core.environment;

import java.io.IOException;
import java.net.InetSocketAddress;

/** A listening TCP socket. */
public interface TcpListener extends AutoCloseable {
    /** The bound address with its real port. */
    InetSocketAddress localAddress();

    /**
     * Waits for the next connection.
     *
     * @throws java.nio.channels.ClosedChannelException once closed
     * @throws IOException for a passing failure, such as no free descriptor; the listener is still open
     */
    TcpChannel accept() throws IOException;

    /** Closes the socket; idempotent, never throws. Connections that were accepted stay open. */
    @Override
    void close();
}
