package libp2p.crypto;

/** Signs with one private key. Thread-safe; after {@link #close} every call throws {@code IllegalStateException}. */
public interface Signer extends AutoCloseable {
    /** A copy of the public key, in the form of the scheme. */
    byte[] publicKey();

    /** The signature over a message. */
    byte[] sign(byte[] message);

    /** Wipes the private key where it is held in arrays. May be called more than once. */
    @Override
    void close();
}
