package libp2p.quic.connection;

import libp2p.security.tls13.Handshake;
import libp2p.security.tls13.HandshakeOutput;

/** Makes the handshake of one connection. */
@FunctionalInterface
public interface HandshakeFactory {
    /** @param output where it sends to */
    Handshake make(HandshakeOutput output);
}
