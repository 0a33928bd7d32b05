package libp2p.streams;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Bytes between one producer and one consumer. Memory comes in chunks as bytes do and goes back as they go; an empty
 * queue holds none.
 *
 * <p>The bytes are copied without a lock, because producer and consumer touch different ones: each side announces
 * itself ({@code begin…}), copies, and reports what it did ({@code end…}), and only the announcement and the report
 * need the lock that guards the queue. So a long copy on one side never keeps the other waiting.
 *
 * <p>Bytes can also go on to another queue in the chunks that they are in, {@link #detach} and {@link #attach}, or be
 * lent to a consumer that copies them from where they lie, {@link #lend}.
 */
final class ByteQueue {
    private final ChunkPool pool;

    // touched by the consumer while it consumes, else under the lock
    private @Nullable Chunk head;
    private int headAt;
    private int slackConsumed;

    // touched by the producer while it produces, else under the lock
    private @Nullable Chunk first;
    private @Nullable Chunk tail;
    private int tailAt;

    // under the lock
    private int size;
    private int slack;
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

    /** Bytes that can be consumed and the room between them that cannot be used. Needs the lock. */
    int used() {
        return size + slack;
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
            if (chunk == null || tailAt == chunk.limit) {
                chunk = extend(chunk, left);
            }
            int step = Math.min(left, chunk.limit - tailAt);
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
            int limit = chunk.limit; // may shrink meanwhile to where the claimed bytes end, not below
            if (headAt == limit) {
                chunk = advance(chunk);
                continue;
            }
            int step = Math.min(left, limit - headAt);
            target.put(chunk.bytes, headAt, step);
            headAt += step;
            left -= step;
        }
    }

    /**
     * The first bytes where they lie, at least one. Needs the lock, something to consume, and {@code beginConsume}; the
     * bytes stay what they are until {@code endConsume}, before which they are left behind by {@link #skip}.
     *
     * @param most bytes
     */
    ByteBuffer lend(int most) {
        Chunk chunk = head;
        if (chunk != null && headAt == chunk.limit) {
            chunk = advance(chunk);
        }
        if (chunk == null) {
            throw new IllegalStateException("nothing to lend");
        }
        return ByteBuffer.wrap(chunk.bytes, headAt, Math.min(Math.min(size, most), chunk.limit - headAt));
    }

    /** Leaves bytes behind that {@link #lend} has lent. As {@link #copyTo}. */
    void skip(int count) {
        headAt += count;
    }

    private @Nullable Chunk advance(Chunk done) {
        Chunk chunk = done.next;
        head = chunk;
        headAt = chunk == null ? 0 : chunk.start;
        slackConsumed += done.slack;
        pool.give(done);
        return chunk;
    }

    /** Whether {@link #detach} can take anything. Needs the lock, and no consumer that copies. */
    boolean isDetachable() {
        return size > 0 && !producing;
    }

    /**
     * Takes the first chunks with their bytes, as many as the bounds allow; null if that is none. Needs the lock,
     * {@link #isDetachable} and no consumer that copies.
     *
     * @param most bytes
     * @param memory that the chunks may take
     */
    @Nullable
    ChunkRun detach(int most, int memory) {
        Chunk chunk = head;
        if (chunk != null && chunk != tail && headAt == chunk.limit) {
            chunk = advance(chunk);
        }
        Chunk first = chunk;
        Chunk last = null;
        int bytes = 0;
        int taken = 0;
        while (chunk != null) {
            int start = chunk == first ? headAt : chunk.start;
            int end = chunk == tail ? tailAt : chunk.limit;
            if (end - start > most - bytes || chunk.bytes.length > memory - taken) {
                break;
            }
            chunk.start = start;
            chunk.limit = end;
            bytes += end - start;
            taken += chunk.bytes.length;
            slackConsumed += chunk.slack;
            last = chunk;
            chunk = chunk.next;
        }
        size -= bytes;
        settleSlack();
        head = chunk;
        if (chunk == null) {
            tail = null;
        } else if (last != null) {
            headAt = chunk.start;
        }
        if (first == null || last == null) {
            return null;
        }
        last.next = null;
        return new ChunkRun(pool, first, last, bytes, taken);
    }

    /**
     * Puts chunks with their bytes behind what is queued. Needs the lock, and no producer.
     *
     * @return false if the queue was dropped, and these bytes are with it
     */
    boolean attach(ChunkRun run) {
        pool.adopt(run);
        Chunk last = tail;
        if (dropped) {
            new ChunkRun(pool, run.first(), run.last(), run.bytes(), run.memory()).drop();
            return false;
        }
        for (Chunk chunk = run.first(); chunk != null; chunk = chunk.next) {
            chunk.slack = chunk.bytes.length - (chunk.limit - chunk.start);
        }
        slack += run.memory() - run.bytes();
        if (last == null) {
            head = run.first();
            headAt = run.first().start;
        } else {
            int room = last.limit - tailAt;
            last.slack += room;
            slack += room;
            last.next = run.first();
            last.limit = tailAt;
        }
        tail = run.last();
        tailAt = run.last().limit;
        size += run.bytes();
        return true;
    }

    /** Needs the lock. */
    private void settleSlack() {
        slack -= slackConsumed;
        slackConsumed = 0;
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
            settleSlack();
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
            return; // the last of the two releases
        }
        Chunk chunk = head;
        while (chunk != null) {
            Chunk next = chunk.next;
            pool.give(chunk);
            chunk = next;
        }
        head = null;
        tail = null;
        slack = 0;
        slackConsumed = 0;
    }
}
