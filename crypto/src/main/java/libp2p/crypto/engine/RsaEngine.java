package libp2p.crypto.engine;

/** RSASSA-PKCS1-v1_5 with SHA-256 for keys whose sizes were checked. Thread-safe. */
public interface RsaEngine {
    /** A signature as long as the modulus. */
    byte[] sign(RsaPrivateNumbers key, byte[] message);

    /** Whether the signature, as long as the modulus, holds. */
    boolean verify(RsaPublicNumbers key, byte[] message, byte[] signature);
}
