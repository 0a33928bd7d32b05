package libp2p.crypto.engine.bouncycastle;

import libp2p.crypto.engine.Sha256Engine;
import org.bouncycastle.crypto.digests.SHA256Digest;

/** SHA-256 of BouncyCastle. */
public final class BcSha256 implements Sha256Engine {
    @Override
    public Digest newDigest() {
        return new Running(new SHA256Digest());
    }

    private record Running(SHA256Digest digest) implements Digest {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public void finish(byte[] out, int offset) {
            digest.doFinal(out, offset);
        }
    }
}
