package libp2p.transports.quic.engine;

import java.io.IOException;
import java.net.InetSocketAddress;

/** An implementation of QUIC with the identity of one host. Thread-safe. */
public interface QuicEngine {
    /**
     * Binds a UDP socket, for dialing and listening alike.
     *
     * @throws java.net.BindException if the address is in use
     */
    QuicPort bind(InetSocketAddress local) throws IOException;
}
