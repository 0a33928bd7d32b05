package libp2p.streams;

import org.jspecify.annotations.Nullable;

/**
 * Chunks with their bytes on the way from one queue to another, which copies nothing.
 *
 * @param pool that the chunks are from
 * @param bytes in all of them
 * @param memory that they take
 */
record ChunkRun(ChunkPool pool, Chunk first, Chunk last, int bytes, int memory) {
    /** Throws the bytes away. */
    void drop() {
        Chunk chunk = first;
        while (chunk != null) {
            @Nullable Chunk next = chunk.next;
            pool.give(chunk);
            chunk = next;
        }
    }
}
