package libp2p.security.tls;

import java.io.IOException;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.security.SecurityLimits;
import libp2p.security.tls13.Credentials;
import org.jspecify.annotations.Nullable;

/**
 * The certificate of the host, and the judgement of one remote's (libp2p TLS, "Peer Authentication"), for TLS and QUIC.
 * One per handshake, whose thread calls it; the key may be asked for by any thread afterwards.
 */
public class PeerCredentials implements Credentials {
    private final Libp2pCertificate certificate;
    private final @Nullable PeerId expectedPeer;
    private final Environment environment;
    private final SecurityLimits limits;
    private volatile @Nullable PublicKey remoteKey;

    /** @param expectedPeer the identity that the remote must have, or null for any */
    public PeerCredentials(
            Libp2pCertificate certificate,
            @Nullable PeerId expectedPeer,
            Environment environment,
            SecurityLimits limits) {
        this.certificate = certificate;
        this.expectedPeer = expectedPeer;
        this.environment = environment;
        this.limits = limits;
    }

    @Override
    public final byte[] certificate() {
        return certificate.encoded();
    }

    @Override
    public final byte[] sign(byte[] content) {
        return certificate.sign(content);
    }

    @Override
    public byte[] verify(List<byte[]> chain) throws IOException {
        CertificateVerifier.Verified verified =
                CertificateVerifier.verify(chain, expectedPeer, environment.wallClock(), limits);
        remoteKey = verified.hostKey();
        return verified.subjectPublicKeyInfo();
    }

    /**
     * The host key of the remote, whose proof is complete when the handshake is.
     *
     * @throws IllegalStateException if no certificate was verified
     */
    public final PublicKey remoteKey() {
        PublicKey key = remoteKey;
        if (key == null) {
            throw new IllegalStateException("no certificate was verified");
        }
        return key;
    }
}
