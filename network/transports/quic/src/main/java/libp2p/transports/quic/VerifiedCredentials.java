package libp2p.transports.quic;

import java.io.IOException;
import java.util.List;
import libp2p.core.identity.PublicKey;
import libp2p.security.tls.Libp2pCertificate;
import libp2p.security.tls13.Credentials;
import org.jspecify.annotations.Nullable;

/** The certificate of the host, and the judgement of one remote's. One per handshake. */
final class VerifiedCredentials implements Credentials {
    /** Judges the certificates of a remote. */
    @FunctionalInterface
    interface PeerVerifier {
        /**
         * Returns the host key of the remote.
         *
         * @param chain certificates in DER
         * @throws IOException why they are refused
         */
        PublicKey verify(List<byte[]> chain) throws IOException;
    }

    private final Libp2pCertificate certificate;
    private final PeerVerifier verifier;
    private volatile @Nullable PublicKey remoteKey;

    VerifiedCredentials(Libp2pCertificate certificate, PeerVerifier verifier) {
        this.certificate = certificate;
        this.verifier = verifier;
    }

    @Override
    public byte[] certificate() {
        return certificate.encoded();
    }

    @Override
    public byte[] sign(byte[] content) {
        return certificate.sign(content);
    }

    @Override
    public byte[] verify(List<byte[]> chain) throws IOException {
        remoteKey = verifier.verify(chain);
        return Libp2pCertificate.subjectPublicKeyInfo(chain.getFirst());
    }

    /** The host key of the remote, whose proof is complete when the handshake is. */
    PublicKey remoteKey() {
        PublicKey key = remoteKey;
        if (key == null) {
            throw new IllegalStateException("no certificate was verified");
        }
        return key;
    }
}
