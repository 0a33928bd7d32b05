package libp2p.quic.stream;

import libp2p.core.buffer.SpareParts;

/**
 * The arrays that streams keep their bytes in. Arrays that come back wait for the next stream, up to a bound: one pool
 * serves all connections of an endpoint, so that idle ones hold nothing. Thread-safe; never blocks: a thread that finds
 * the pool busy makes a new array, or leaves an old one to the garbage collector.
 */
public final class StreamChunks {
    static final int SHIFT = 14;
    /** Bytes of a chunk. */
    static final int SIZE = 1 << SHIFT;
    /** Bytes of the first chunk of a stream that carries little. */
    static final int SMALL = 1 << 11;

    private final SpareParts<byte[]> spare;

    /** @param spareMemory bytes that may lie unused */
    public StreamChunks(int spareMemory) {
        spare = new SpareParts<>(spareMemory >> SHIFT);
    }

    /** An array of {@link #SIZE} bytes, whatever they are. */
    byte[] take() {
        byte[] chunk = spare.take();
        return chunk == null ? new byte[SIZE] : chunk;
    }

    /** Takes an array back; the caller must not touch it again. Small ones are not worth it. */
    void give(byte[] chunk) {
        if (chunk.length == SIZE) {
            spare.give(chunk);
        }
    }
}
