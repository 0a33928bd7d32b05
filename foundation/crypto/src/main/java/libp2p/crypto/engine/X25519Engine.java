package libp2p.crypto.engine;

/** X25519 on arrays whose lengths were checked. Thread-safe. */
public interface X25519Engine {
    /** The public key of a private key. */
    byte[] publicKey(byte[] privateKey);

    /** The shared secret; of a point of small order it may be all zero, or the call may throw. */
    byte[] agree(byte[] privateKey, byte[] publicKey) throws java.security.InvalidKeyException;
}
