package libp2p.core.transport;

import libp2p.multiformats.multiaddr.Multiaddr;

/** A transport that waits for connections on one address. */
public interface Listener extends AutoCloseable {
    /** The bound address with its real port, without {@code /p2p}; may be unspecified such as {@code /ip4/0.0.0.0}. */
    Multiaddr address();

    /** Stops listening; idempotent, never throws. Connections that were accepted stay open. */
    @Override
    void close();
}
