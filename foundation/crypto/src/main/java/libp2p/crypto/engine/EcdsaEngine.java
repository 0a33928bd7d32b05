package libp2p.crypto.engine;

import org.jspecify.annotations.Nullable;

/** The costly operations of ECDSA with SHA-256 on one 256-bit curve. Thread-safe. */
public interface EcdsaEngine {
    /**
     * Whether the signature holds.
     *
     * @param point the public key, 65 bytes, uncompressed; known to be on the curve
     * @param hash the SHA-256 hash of what was signed
     * @param signature r and s, 32 bytes each, big-endian, both in the range 1 to n-1
     */
    boolean verify(byte[] point, byte[] hash, byte[] signature);

    /**
     * The base point times a secret scalar, in a time that does not tell the scalar.
     *
     * @param scalar 32 bytes, big-endian, in the range 1 to n-1
     * @return a point of 65 bytes, uncompressed; null if this engine is not the one to do it
     */
    default byte @Nullable [] multiplyBase(byte[] scalar) {
        return null;
    }
}
