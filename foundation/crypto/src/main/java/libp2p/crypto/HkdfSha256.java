package libp2p.crypto;

import java.util.Arrays;

/**
 * HKDF with SHA-256 (RFC 5869). Thread-safe.
 *
 * <p>Noise's {@code HKDF(ck, ikm, n)} (section 4.3) is {@code derive(ck, ikm, new byte[0], 32 * n)}, cut into n parts.
 */
public final class HkdfSha256 {
    /** The longest output in bytes. */
    public static final int MAX_OUTPUT = 255 * HmacSha256.LENGTH;

    private final HmacSha256 hmac;

    HkdfSha256(HmacSha256 hmac) {
        this.hmac = hmac;
    }

    /** The pseudorandom key of 32 bytes; an empty salt stands for 32 zero bytes. */
    public byte[] extract(byte[] salt, byte[] inputKey) {
        return hmac.mac(salt, inputKey);
    }

    /**
     * {@code length} bytes of output.
     *
     * @throws IllegalArgumentException if {@code length} is not in 0..{@link #MAX_OUTPUT}
     */
    public byte[] expand(byte[] pseudorandomKey, byte[] info, int length) {
        if (length < 0 || length > MAX_OUTPUT) {
            throw new IllegalArgumentException("HKDF output of " + length + " bytes, allowed 0.." + MAX_OUTPUT);
        }
        byte[] output = new byte[length];
        byte[] block = new byte[0];
        for (int done = 0, counter = 1; done < length; counter++) {
            block = hmac.mac(pseudorandomKey, block, info, new byte[] {(byte) counter});
            int take = Math.min(block.length, length - done);
            System.arraycopy(block, 0, output, done, take);
            done += take;
        }
        return output;
    }

    /** Extract, then expand. */
    public byte[] derive(byte[] salt, byte[] inputKey, byte[] info, int length) {
        byte[] pseudorandomKey = extract(salt, inputKey);
        byte[] output = expand(pseudorandomKey, info, length);
        Arrays.fill(pseudorandomKey, (byte) 0);
        return output;
    }
}
