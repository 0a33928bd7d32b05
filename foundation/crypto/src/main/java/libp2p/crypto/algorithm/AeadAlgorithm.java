package libp2p.crypto.algorithm;

/** An AEAD with a 96-bit nonce and a 128-bit tag. */
public enum AeadAlgorithm {
    /** RFC 8439. A counter nonce is four zero bytes and the counter in little-endian order (Noise, section 12.3). */
    CHACHA20_POLY1305(32),
    /** AES-128 in GCM. A counter nonce is four zero bytes and the counter in big-endian order (Noise, section 12.4). */
    AES_128_GCM(16),
    /** AES-256 in GCM. Counter nonces as for {@link #AES_128_GCM}. */
    AES_256_GCM(32);

    /** Length of a nonce in bytes. */
    public static final int NONCE_LENGTH = 12;
    /** Length of a tag in bytes. */
    public static final int TAG_LENGTH = 16;

    private final int keyLength;

    AeadAlgorithm(int keyLength) {
        this.keyLength = keyLength;
    }

    /** Length of a key in bytes. */
    public int keyLength() {
        return keyLength;
    }

    /** Writes the nonce of a counter, twelve bytes, over an array. */
    public void writeCounter(long counter, byte[] nonce) {
        for (int i = 0; i < 4; i++) {
            nonce[i] = 0;
        }
        for (int i = 0; i < 8; i++) {
            int at = this == CHACHA20_POLY1305 ? 4 + i : 11 - i;
            nonce[at] = (byte) (counter >>> (8 * i));
        }
    }
}
