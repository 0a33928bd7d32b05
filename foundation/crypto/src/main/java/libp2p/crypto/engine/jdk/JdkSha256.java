package libp2p.crypto.engine.jdk;

import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import libp2p.crypto.engine.Sha256Engine;

/** SHA-256 of the JDK. */
public final class JdkSha256 implements Sha256Engine {
    @Override
    public Digest newDigest() {
        try {
            return new Running(MessageDigest.getInstance("SHA-256"));
        } catch (NoSuchAlgorithmException missing) {
            throw new IllegalStateException("the JDK has no SHA-256", missing);
        }
    }

    private record Running(MessageDigest digest) implements Digest {
        @Override
        public void update(byte[] bytes, int offset, int length) {
            digest.update(bytes, offset, length);
        }

        @Override
        public void finish(byte[] out, int offset) {
            try {
                digest.digest(out, offset, 32);
            } catch (DigestException tooShort) {
                throw new IllegalArgumentException(tooShort);
            }
        }
    }
}
