package libp2p.crypto.engine;

/** Ed25519 on arrays whose lengths and canonical forms were checked. Thread-safe. */
public interface Ed25519Engine {
    /** The public key of a seed. */
    byte[] publicKey(byte[] seed);

    /** The signature of the key pair over a message. */
    byte[] sign(byte[] seed, byte[] publicKey, byte[] message);

    /** Whether the signature holds; false also for a public key that is not a point. */
    boolean verify(byte[] publicKey, byte[] message, byte[] signature);
}
