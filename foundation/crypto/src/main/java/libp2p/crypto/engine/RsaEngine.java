package libp2p.crypto.engine;

/**
 * The bare RSA operations for keys whose sizes were checked, on blocks as long as the modulus and below it, big-endian.
 * Padding is the business of the caller, so that every engine accepts the same signatures. Thread-safe.
 */
public interface RsaEngine {
    /** The block to the power of the private exponent; blinded, and checked against computation faults. */
    byte[] privateOperation(RsaPrivateNumbers key, byte[] block);

    /** The block to the power of the public exponent. */
    byte[] publicOperation(RsaPublicNumbers key, byte[] block);
}
