package libp2p.streams;

import org.jspecify.annotations.Nullable;

/**
 * A piece of a {@link ByteQueue}. It has one owner at a time: the pool, the queue that took it, or the {@link ChunkRun}
 * in which it goes from one queue to another.
 */
final class Chunk {
    final byte[] bytes;

    /** Offset of its first byte, unless it is the head of a queue, which knows how much of it was consumed. */
    int start;

    /** Largest offset of its end; less than its length once nothing more is appended to it. */
    int limit;

    /** Room in it that cannot be used any more; counts as if it held bytes. */
    int slack;

    @Nullable
    Chunk next;

    Chunk(int size) {
        bytes = new byte[size];
        limit = size;
    }

    /** As new. */
    void reset() {
        start = 0;
        limit = bytes.length;
        slack = 0;
        next = null;
    }
}
