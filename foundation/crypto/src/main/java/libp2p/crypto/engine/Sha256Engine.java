package libp2p.crypto.engine;

/** SHA-256 (FIPS 180-4). Thread-safe. */
public interface Sha256Engine {
    /** A running hash, for one thread at a time. */
    interface Digest {
        /** Takes more bytes. */
        void update(byte[] bytes, int offset, int length);

        /** Writes the 32-byte hash to {@code out} and starts over. */
        void finish(byte[] out, int offset);
    }

    /** An empty hash. */
    Digest newDigest();
}
