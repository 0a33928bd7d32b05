package libp2p.crypto.engine;

/** Makes masks of header protection under one key. The caller guarantees one thread at a time, and 16 bytes of sample. */
public interface MaskContext {
    /** Length of a sample in bytes. */
    int SAMPLE_LENGTH = 16;

    /** The first eight bytes of the mask of the 16 bytes from {@code offset} on, in big-endian order. */
    long mask(byte[] sample, int offset);

    /** Wipes the key and releases native memory. Called once. */
    void free();
}
