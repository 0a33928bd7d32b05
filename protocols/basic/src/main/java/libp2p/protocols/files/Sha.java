package libp2p.protocols.files;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of what is read. */
final class Sha {
    static final int BYTES = 32;
    private static final int PIECE = 1 << 16;

    private Sha() {}

    static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }

    static void update(MessageDigest digest, InputStream in) throws IOException {
        byte[] piece = new byte[PIECE];
        int count;
        while ((count = in.read(piece)) >= 0) {
            digest.update(piece, 0, count);
        }
    }

    static byte[] of(byte[] data) {
        return digest().digest(data);
    }
}
