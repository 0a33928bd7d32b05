package libp2p.streams;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes between one producer and one consumer. Memory comes in chunks as bytes do and goes back as they go; an empty
 * queue holds none.
 *
 * <p>The bytes are copied without a lock, because producer and consumer touch different ones: each side announces itself
 * ({@code begin…}), copies, and reports what it did ({@code end…}), and only the announcement and the report need the
 * lock that guards the queue. So a long copy on one side never keeps the other waiting.
 */
final class ByteQueue {
    private final ChunkPool pool;

    // touched by the consumer while it consumes, else under the lock
    private @Nullable Chunk head;
    private int headAt;

    // touched by the producer while it produces, else under the lock
    private @Nullable Chunk first;
    private @Nullable Chunk tail;
    private int tailAt;

    // under the lock
    private int size;
    private boolean producing;
    private boolean consuming;
    private boolean dropped;

    ByteQueue(ChunkPool pool) {
        this.pool = pool;
    }

    /** Number of bytes that can be consumed. Needs the lock. */
    int size() {
        return size;
    }

    /** Announces {@link #append}. Needs the lock. */
    void beginProduce() {
        producing = true;
    }

    /** Copies bytes in. Only between {@code beginProduce} and {@code endProduce}; needs no lock. */
    void append(ByteBuffer source, int count) {
        int left = count;
        while (left > 0) {
            Chunk chunk = tail;
            if (chunk == null || tailAt == chunk.bytes.length) {
                chunk = extend(chunk, left);
            }
            int step = Math.min(left, chunk.bytes.length - tailAt);
            source.get(chunk.bytes, tailAt, step);
            tailAt += step;
            left -= step;
        }
    }

    private Chunk extend(@Nullable Chunk last, int wanted) {
        Chunk chunk = pool.take(last == null ? wanted : ChunkPool.LARGE);
        if (last == null) {
            first = chunk;
        } else {
            last.next = chunk;
        }
        tail = chunk;
        tailAt = 0;
        return chunk;
    }

    /**
     * Makes what was appended visible to the consumer. Needs the lock.
     *
     * @return false if the queue was dropped meanwhile
     */
    boolean endProduce(int count) {
        producing = false;
        if (head == null) {
            head = first;
            headAt = 0;
        }
        first = null;
        if (dropped) {
            releaseIfUnused();
            return false;
        }
        size += count;
        if (size == 0) {
            releaseIfUnused();
        }
        return true;
    }

    /** Announces {@link #copyTo}. Needs the lock. */
    void beginConsume() {
        consuming = true;
    }

    /**
     * Copies bytes out, at most {@link #size} since {@code beginConsume}. Only between {@code beginConsume} and
     * {@code endConsume}; needs no lock.
     */
    void copyTo(ByteBuffer target, int count) {
        int left = count;
        Chunk chunk = head;
        while (left > 0) {
            if (chunk == null) {
                throw new IllegalStateException("more bytes were claimed than are queued");
            }
            if (headAt == chunk.bytes.length) {
                chunk = advance(chunk);
                continue;
            }
            int step = Math.min(left, chunk.bytes.length - headAt);
            target.put(chunk.bytes, headAt, step);
            headAt += step;
            left -= step;
        }
    }

    private @Nullable Chunk advance(Chunk done) {
        Chunk chunk = done.next;
        head = chunk;
        headAt = 0;
        pool.give(done);
        return chunk;
    }

    /**
     * Forgets what was copied out. Needs the lock.
     *
     * @return false if the queue was dropped meanwhile, and these bytes with it
     */
    boolean endConsume(int count) {
        consuming = false;
        if (!dropped) {
            size -= count;
        }
        if (size == 0) {
            releaseIfUnused();
        }
        return !dropped;
    }

    /**
     * Throws all bytes away, now and those that are being appended. Nothing can be appended afterwards. Needs the lock.
     */
    void drop() {
        size = 0;
        dropped = true;
        releaseIfUnused();
    }

    private void releaseIfUnused() {
        if (producing || consuming) {
            return; // whoever ends last releases
        }
        Chunk chunk = head;
        while (chunk != null) {
            Chunk next = chunk.next;
            pool.give(chunk);
            chunk = next;
        }
        head = null;
        tail = null;
    }
}
