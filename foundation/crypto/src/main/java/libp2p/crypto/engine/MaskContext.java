package libp2p.crypto.engine;

import java.nio.ByteBuffer;

/**
 * Makes masks of header protection under one key. The caller guarantees one thread at a time, and 16 bytes of sample.
 */
public interface MaskContext {
    /** Length of a sample in bytes. */
    int SAMPLE_LENGTH = 16;

    /**
     * The first eight bytes of the mask of the 16 bytes from {@code offset} on; the first of them is in the lowest
     * eight bits.
     */
    long mask(byte[] sample, int offset);

    /**
     * The same of a sample in a buffer, from an absolute index on. The caller guarantees that it lies below the limit.
     * Engines of native code take it from a direct buffer without a copy.
     */
    default long mask(ByteBuffer buffer, int index) {
        byte[] sample = new byte[SAMPLE_LENGTH];
        buffer.get(index, sample);
        return mask(sample, 0);
    }

    /**
     * The masks of {@code count} samples, which begin at {@code index} and every {@code stride} bytes behind it; the
     * mask of the i-th stands in eight bytes from {@code 16 * i} on, as {@link #mask(ByteBuffer, int)} gives it. The
     * caller guarantees that all samples lie below the limit, room for 16 bytes each, and a little-endian buffer for
     * the masks.
     */
    default void masks(ByteBuffer buffer, int index, int stride, int count, ByteBuffer masks) {
        for (int i = 0; i < count; i++) {
            masks.putLong(i * SAMPLE_LENGTH, mask(buffer, index + i * stride));
        }
    }

    /** Wipes the key and releases native memory. Called once. */
    void free();
}
