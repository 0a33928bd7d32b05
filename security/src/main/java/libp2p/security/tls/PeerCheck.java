package libp2p.security.tls;

import java.io.IOException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.security.Limits;
import org.jspecify.annotations.Nullable;

/**
 * The verification of the remote's certificate during one handshake. The trust manager of the shared context finds the
 * check of its handshake in {@link #CURRENT}, because the engine's tasks run on the thread that drives the handshake.
 */
final class PeerCheck {
    /** The check of the handshake that the thread drives. */
    static final ScopedValue<PeerCheck> CURRENT = ScopedValue.newInstance();

    private final @Nullable PeerId expectedPeer;
    private final Environment environment;
    private final Limits limits;
    private @Nullable PublicKey key;
    private @Nullable IOException failure;

    PeerCheck(@Nullable PeerId expectedPeer, Environment environment, Limits limits) {
        this.expectedPeer = expectedPeer;
        this.environment = environment;
        this.limits = limits;
    }

    void verify(X509Certificate[] chain) throws CertificateException {
        try {
            key = Libp2pCertificate.verify(encoded(chain), expectedPeer, environment.wallClock(), limits);
        } catch (IOException refused) {
            failure = refused;
            throw new CertificateException(refused.getMessage());
        }
    }

    private static List<byte[]> encoded(X509Certificate[] chain) throws CertificateEncodingException {
        List<byte[]> encoded = new ArrayList<>();
        for (X509Certificate certificate : chain) {
            encoded.add(certificate.getEncoded());
        }
        return encoded;
    }

    /** The host key of the remote, or null if no certificate was found good. */
    @Nullable
    PublicKey key() {
        return key;
    }

    /** Why the certificate was refused, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
