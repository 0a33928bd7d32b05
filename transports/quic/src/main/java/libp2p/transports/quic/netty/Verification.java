package libp2p.transports.quic.netty;

import java.io.IOException;
import java.util.List;
import libp2p.core.identity.PublicKey;
import libp2p.transports.quic.engine.PeerVerifier;
import org.jspecify.annotations.Nullable;

/** What came of judging the remote of one handshake. */
final class Verification {
    private final PeerVerifier verifier;
    private volatile @Nullable PublicKey key;
    private volatile @Nullable IOException failure;

    Verification(PeerVerifier verifier) {
        this.verifier = verifier;
    }

    void verify(List<byte[]> chain) throws IOException {
        try {
            key = verifier.verify(chain);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    PublicKey key() {
        PublicKey verified = key;
        if (verified == null) {
            throw new IllegalStateException("no certificate was verified");
        }
        return verified;
    }

    /** Whether the remote has shown who it is; a handshake without that does not count. */
    boolean isVerified() {
        return key != null;
    }

    /** Why the remote was refused, or null. */
    @Nullable
    IOException failure() {
        return failure;
    }
}
