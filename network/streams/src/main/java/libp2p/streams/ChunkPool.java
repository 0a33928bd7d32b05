package libp2p.streams;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.buffer.SpareParts;

/**
 * Hands out the chunks that streams keep their bytes in, and keeps a bounded number of empty ones for the next use. One
 * pool serves all connections of a muxer, so that idle connections hold nothing. Thread-safe; never blocks: a thread
 * that finds the pool busy makes a new chunk, or leaves an old one to the garbage collector.
 */
public final class ChunkPool {
    /** Enough for a short message. */
    static final int SMALL = 2 << 10;

    /** For everything else; small enough to stay in the first cache between two copies. */
    static final int LARGE = 32 << 10;

    private final SpareParts<Chunk> small;
    private final SpareParts<Chunk> large;
    private final AtomicInteger lent = new AtomicInteger();
    private final boolean poison;

    /** @param spareMemory bytes that may lie unused; a quarter of them in small chunks */
    public ChunkPool(int spareMemory) {
        this(spareMemory, false);
    }

    /** @param poison whether chunks are overwritten when they come back, so that a late reader is found out */
    ChunkPool(int spareMemory, boolean poison) {
        this.small = new SpareParts<>(spareMemory / 4 / SMALL);
        this.large = new SpareParts<>(spareMemory / 4 * 3 / LARGE);
        this.poison = poison;
    }

    /** Returns a chunk for that many bytes, or for the first of them. */
    Chunk take(int wanted) {
        lent.incrementAndGet();
        Chunk chunk = (wanted <= SMALL ? small : large).take();
        return chunk != null ? chunk : new Chunk(wanted <= SMALL ? SMALL : LARGE);
    }

    /** Takes a chunk back; the caller must not touch it again. */
    void give(Chunk chunk) {
        lent.decrementAndGet();
        chunk.reset();
        if (poison) {
            Arrays.fill(chunk.bytes, (byte) 0xDD);
        }
        (chunk.bytes.length == SMALL ? small : large).give(chunk);
    }

    /** The chunks of a run are given back to this pool from now on, which holds at most as many as it may. */
    void adopt(ChunkRun run) {
        if (run.pool() == this) {
            return;
        }
        int count = 0;
        for (Chunk chunk = run.first(); chunk != null; chunk = chunk.next) {
            count++;
        }
        run.pool().lent.addAndGet(-count);
        lent.addAndGet(count);
    }

    /** Number of chunks that queues hold now. */
    public int lent() {
        return lent.get();
    }
}
