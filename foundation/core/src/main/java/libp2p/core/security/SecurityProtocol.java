package libp2p.core.security;

import java.io.IOException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;

/** Authenticates the peer at the other end of a raw connection and protects its bytes. Immutable and thread-safe. */
public interface SecurityProtocol {
    /** Protocol id, for example {@code "/noise"}. */
    String protocol();

    /** The same protocol with the same bounds for another identity, for dials that do not show who the host is. */
    SecurityProtocol withIdentity(Identity identity, Environment environment);

    /**
     * Runs the handshake; blocks. Takes the raw connection over: closing the result closes it, and it is closed when
     * this method throws. The caller bounds the time by closing the raw connection.
     *
     * @throws libp2p.core.connection.PeerMismatchException if the remote proves another identity than the expected one
     * @throws libp2p.core.connection.ProtocolViolationException if the remote breaks the protocol
     */
    SecureConnection secure(RawConnection raw, SecurityRequest request) throws IOException;
}
