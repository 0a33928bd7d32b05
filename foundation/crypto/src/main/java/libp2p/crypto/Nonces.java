package libp2p.crypto;

import java.util.Arrays;

/**
 * The candidates for the nonce of a deterministic ECDSA signature with SHA-256 over a 256-bit curve (RFC 6979, section
 * 3.2).
 */
final class Nonces {
    private final HmacSha256 hmac;
    private byte[] key = new byte[HmacSha256.LENGTH];
    private byte[] value = new byte[HmacSha256.LENGTH];
    private boolean begun;

    /**
     * @param scalar the private key, 32 bytes
     * @param hash of the message, reduced by the order of the curve, 32 bytes
     */
    Nonces(HmacSha256 hmac, byte[] scalar, byte[] hash) {
        this.hmac = hmac;
        Arrays.fill(value, (byte) 1);
        for (byte round = 0; round < 2; round++) {
            key = hmac.mac(key, value, new byte[] {round}, scalar, hash);
            value = hmac.mac(key, value);
        }
    }

    /** The next candidate, which may be out of range. */
    byte[] next() {
        if (begun) {
            key = hmac.mac(key, value, new byte[1]);
            value = hmac.mac(key, value);
        }
        begun = true;
        value = hmac.mac(key, value);
        return value;
    }
}
