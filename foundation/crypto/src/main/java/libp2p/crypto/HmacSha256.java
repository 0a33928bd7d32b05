package libp2p.crypto;

import java.util.Arrays;

/** HMAC with SHA-256 (RFC 2104). Thread-safe. */
public final class HmacSha256 {
    /** Length of a code in bytes. */
    public static final int LENGTH = Sha256.LENGTH;

    private final Sha256 sha256;

    HmacSha256(Sha256 sha256) {
        this.sha256 = sha256;
    }

    /** The code of the concatenation of {@code parts} under {@code key}, which may have any length. */
    public byte[] mac(byte[] key, byte[]... parts) {
        byte[] pad = Arrays.copyOf(key.length > Sha256.BLOCK_LENGTH ? sha256.hash(key) : key, Sha256.BLOCK_LENGTH);
        xor(pad, 0x36);
        Sha256.Hasher hasher = sha256.newHasher().update(pad);
        for (byte[] part : parts) {
            hasher.update(part);
        }
        byte[] inner = hasher.finish();
        xor(pad, 0x36 ^ 0x5c);
        byte[] code = hasher.update(pad).update(inner).finish();
        Arrays.fill(pad, (byte) 0);
        return code;
    }

    private static void xor(byte[] bytes, int value) {
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] ^= (byte) value;
        }
    }
}
