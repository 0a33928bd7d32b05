package libp2p.quic.stream;

import java.nio.ByteBuffer;
import libp2p.quic.wire.TransportError;
import libp2p.quic.wire.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stream from the first that was not read on, in chunks that exist where bytes have come. Gaps are
 * bounded; the chunks are, by the credit that was given, and where they hold little by what the connection is charged for them.
 */
final class ReceiveBuffer {
    /** Gaps that a sender may leave. */
    static final int MAX_RANGES = 1000;

    private static final int SHIFT = StreamChunks.SHIFT;
    private static final int CHUNK = StreamChunks.SIZE;
    private static final int FIRST = 4;
    private static final byte[][] NONE = {};

    private final StreamChunks pool;
    private final Gaps gaps;
    private byte[] @Nullable [] chunks = NONE;
    private final RangeSet above = new RangeSet();
    private long read;
    private long contiguous;
    /** The chunk of which bytes are lent; null if none is, or they were thrown away meanwhile. */
    private byte @Nullable [] lent;

    /** @param gaps of all buffers of the connection, with their chunks */
    ReceiveBuffer(StreamChunks pool, Gaps gaps) {
        this.pool = pool;
        this.gaps = gaps;
    }

    /** The offset of the next byte that is read. */
    long read() {
        return read;
    }

    /** Number of bytes that can be read. */
    int available() {
        return (int) (contiguous - read);
    }

    /** The end of what has come without a gap. */
    long contiguous() {
        return contiguous;
    }

    /** Whether bytes wait behind others that have not come. */
    boolean hasGap() {
        return !above.isEmpty();
    }

    /** Takes bytes at an offset; those that had arrived before do not count. */
    void add(long offset, byte[] source, int at, int length) throws TransportException {
        long end = offset + length;
        long start = Math.max(offset, contiguous);
        if (start >= end) {
            return;
        }
        store(start, source, at + (int) (start - offset), (int) (end - start));
        int before = above.size();
        if (start > contiguous) {
            above.add(start, end);
        } else {
            contiguous = end;
            while (!above.isEmpty() && above.from(0) <= contiguous) {
                contiguous = Math.max(contiguous, above.to(0));
                above.remove(above.from(0), above.to(0));
            }
        }
        gaps.changed(above.size() - before);
        if (above.size() > MAX_RANGES) {
            throw new TransportException(
                    TransportError.INTERNAL_ERROR, "more than the limit of " + MAX_RANGES + " gaps in a stream");
        }
    }

    private void store(long offset, byte[] source, int at, int length) {
        int done = 0;
        while (done < length) {
            long position = offset + done;
            int inside = (int) position & CHUNK - 1;
            int count = Math.min(length - done, CHUNK - inside);
            System.arraycopy(source, at + done, chunk(position >> SHIFT, inside + count), inside, count);
            done += count;
        }
    }

    /** A chunk of which so many bytes are needed; streams that carry little get a small one. */
    private byte[] chunk(long number, int needed) {
        long first = read >> SHIFT;
        if (number - first >= chunks.length) {
            grow(number, first);
        }
        int at = (int) number & chunks.length - 1;
        byte[] chunk = chunks[at];
        if (chunk == null) {
            chunk = number == 0 && needed <= StreamChunks.SMALL ? new byte[StreamChunks.SMALL] : pool.take();
            gaps.hold(chunk.length);
            chunks[at] = chunk;
        } else if (chunk.length < needed) {
            byte[] larger = pool.take();
            gaps.hold(larger.length - chunk.length);
            System.arraycopy(chunk, 0, larger, 0, chunk.length);
            chunk = larger;
            chunks[at] = chunk;
        }
        return chunk;
    }

    private void grow(long number, long first) {
        int size = Math.max(FIRST, chunks.length);
        while (number - first >= size) {
            size *= 2;
        }
        byte[] @Nullable [] larger = new byte[size][];
        for (long i = first; i < first + chunks.length; i++) {
            larger[(int) i & size - 1] = chunks[(int) i & chunks.length - 1];
        }
        chunks = larger;
    }

    /** Reads what there is, as far as there is room, up to an offset. */
    int read(ByteBuffer target, long limit) {
        int count = (int) Math.min(Math.min(contiguous, limit) - read, target.remaining());
        int done = 0;
        while (done < count) {
            int inside = (int) read & CHUNK - 1;
            int at = (int) (read >> SHIFT) & chunks.length - 1;
            byte[] chunk = chunks[at];
            if (chunk == null) {
                throw new IllegalStateException("a chunk is missing");
            }
            int length = Math.min(count - done, CHUNK - inside);
            target.put(chunk, inside, length);
            done += length;
            passed(chunk, length);
        }
        return done;
    }

    /** Bytes of the first chunk are read: it goes back when nothing is left in it. */
    private void passed(byte[] chunk, int length) {
        int at = (int) (read >> SHIFT) & chunks.length - 1;
        read += length;
        if (((int) read & CHUNK - 1) == 0 || read == contiguous && above.isEmpty()) {
            chunks[at] = null;
            gaps.release(chunk.length);
            pool.give(chunk);
        }
    }

    /**
     * The first bytes, up to an offset, where they lie. They stay what they are until {@link #giveBack}, and nothing is
     * read until then. There must be some.
     */
    ByteBuffer lend(int most, long limit) {
        int inside = (int) read & CHUNK - 1;
        int count = (int) Math.min(Math.min(contiguous, limit) - read, Math.min(CHUNK - inside, most));
        byte[] chunk = chunks[(int) (read >> SHIFT) & chunks.length - 1];
        if (chunk == null || count <= 0) {
            throw new IllegalStateException("nothing to lend");
        }
        lent = chunk;
        return ByteBuffer.wrap(chunk, inside, count);
    }

    /** Goes over the bytes that were lent; false if they were discarded meanwhile. */
    boolean giveBack(int count) {
        if (lent == null) {
            return false;
        }
        lent = null;
        byte[] chunk = chunks[(int) (read >> SHIFT) & chunks.length - 1]; // another one if it had to grow
        if (chunk == null) {
            throw new IllegalStateException("a chunk is missing");
        }
        passed(chunk, count);
        return true;
    }

    /** Goes over everything up to an offset and keeps nothing. */
    void discard(long end) {
        for (byte[] chunk : chunks) {
            if (chunk != null) {
                gaps.release(chunk.length);
                if (chunk != lent) { // the borrower still reads in that one
                    pool.give(chunk);
                }
            }
        }
        lent = null;
        chunks = NONE;
        gaps.forget(above.size());
        above.clear();
        read = end;
        contiguous = end;
    }
}
