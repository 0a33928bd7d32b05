package libp2p.transports.quic;

import java.io.IOException;
import java.util.List;
import libp2p.core.identity.PublicKey;

/** Judges what the remote of one handshake presents. Called on a thread of the engine; must not block. */
@FunctionalInterface
public interface PeerVerifier {
    /**
     * Returns the host key of the remote.
     *
     * @param chain certificates in DER
     * @throws IOException why they are refused
     */
    PublicKey verify(List<byte[]> chain) throws IOException;
}
