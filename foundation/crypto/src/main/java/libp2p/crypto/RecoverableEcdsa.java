package libp2p.crypto;

import java.math.BigInteger;
import java.security.InvalidKeyException;
import java.util.Arrays;
import libp2p.crypto.engine.EcdsaEngine;
import org.jspecify.annotations.Nullable;

/**
 * ECDSA over secp256k1 whose signatures name their key: r and s of 32 bytes each and a last byte of 0 to 3, of a hash
 * that the caller has made, as block chains have them (SEC 1, section 4.1.6). Signing is deterministic (RFC 6979), and
 * of the two values of s only the lower one is made and taken. Thread-safe; nothing blocks.
 */
public final class RecoverableEcdsa {
    /** Length of a signature in bytes. */
    public static final int SIGNATURE_LENGTH = 65;

    private static final int HASH_LENGTH = 32;
    private static final EcCurve CURVE = EcCurve.SECP256K1;

    private final HmacSha256 hmac;
    private final EcdsaEngine engine;

    RecoverableEcdsa(HmacSha256 hmac, EcdsaEngine engine) {
        this.hmac = hmac;
        this.engine = engine;
    }

    /**
     * The public key of a private one.
     *
     * @param privateKey 32 bytes
     * @return an uncompressed point, 65 bytes
     * @throws InvalidKeyException if the private key is malformed or out of range
     */
    public byte[] publicKey(byte[] privateKey) throws InvalidKeyException {
        return CURVE.publicPoint(CURVE.checkedScalar(privateKey));
    }

    /**
     * Signs a hash.
     *
     * @param privateKey 32 bytes
     * @param hash 32 bytes
     * @throws InvalidKeyException if the private key is malformed or out of range
     */
    public byte[] sign(byte[] privateKey, byte[] hash) throws InvalidKeyException {
        requireHash(hash);
        byte[] scalar = CURVE.checkedScalar(privateKey);
        byte[] key = CURVE.publicPoint(scalar);
        BigInteger[] rs = CURVE.sign(scalar, hash, hmac, engine);
        byte[] signature = new byte[SIGNATURE_LENGTH];
        EcCurve.writeFixed(rs[0], signature, 0);
        EcCurve.writeFixed(rs[1], signature, HASH_LENGTH);
        for (byte id = 0; id < 4; id++) {
            signature[2 * HASH_LENGTH] = id;
            if (Arrays.equals(recover(hash, signature), key)) {
                return signature;
            }
        }
        throw new IllegalStateException("a signature of secp256k1 that no key has made");
    }

    /**
     * The public key that made a signature.
     *
     * @param hash 32 bytes
     * @return an uncompressed point, 65 bytes; null if no key can have made the signature, or its s is the higher one
     */
    public byte @Nullable [] recover(byte[] hash, byte[] signature) {
        requireHash(hash);
        if (signature.length != SIGNATURE_LENGTH) {
            return null;
        }
        BigInteger r = new BigInteger(1, signature, 0, HASH_LENGTH);
        BigInteger s = new BigInteger(1, signature, HASH_LENGTH, HASH_LENGTH);
        int id = signature[2 * HASH_LENGTH];
        if (id < 0 || id > 3 || !CURVE.isScalar(r) || !CURVE.isScalar(s) || !CURVE.isLow(s)) {
            return null;
        }
        return CURVE.recover(hash, r, s, id);
    }

    private static void requireHash(byte[] hash) {
        if (hash.length != HASH_LENGTH) {
            throw new IllegalArgumentException("a hash of " + hash.length + " bytes, needs " + HASH_LENGTH);
        }
    }
}
