package libp2p.security.records;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.RawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the bytes of a raw connection into records, many of them per read.
 *
 * <p>While nothing has come it waits with a direct buffer of {@value #TINY} bytes, in which small records are taken
 * whole; a read that fills it brings a small pooled buffer, a longer record one of its size, and reads that fill those
 * a large one. Between two records it never waits with more than the small one, whatever the connection carried before.
 * Nothing is allocated per record.
 *
 * <p>For one thread at a time; a caller of {@code close} must know that the thread has left (see
 * {@link BufferOwnership}).
 */
public final class RecordInput {
    static final int TINY = 64;

    private static final ByteBuffer NOTHING_YET = ByteBuffer.allocate(0);

    private static final RecordFormat BARE = new RecordFormat() {
        @Override
        public int headerLength() {
            return 1;
        }

        @Override
        public int recordLength(ByteBuffer buffer, int offset) {
            throw new IllegalStateException("the stream has no records");
        }
    };

    private final RawConnection raw;
    private final RecordBuffers buffers;
    private final RecordFormat format;
    private final ByteBuffer tiny = ByteBuffer.allocateDirect(TINY);
    private @Nullable Lease lease;
    private ByteBuffer buffer = tiny;
    /** First and past-the-last byte that was read and not yet given out. */
    private int start;

    private int end;
    /** Whether the last read filled the buffer, so that more is probably waiting. */
    private boolean streaming;

    private int recordStart;
    private int recordLength;

    /** For streams without records: only {@link #pollBytes} makes sense. */
    public RecordInput(RawConnection raw, RecordBuffers buffers) {
        this(raw, buffers, BARE);
    }

    public RecordInput(RawConnection raw, RecordBuffers buffers, RecordFormat format) {
        this.raw = raw;
        this.buffers = buffers;
        this.format = format;
    }

    /**
     * Moves to the next record, blocking until it is complete; the record before is gone.
     *
     * @return false at the end of the stream
     * @throws EOFException if the stream ends inside a record
     */
    public boolean next() throws IOException {
        Arrival arrival = poll();
        if (arrival == Arrival.NOTHING_YET) {
            throw new IllegalStateException("a read that blocks brought nothing");
        }
        return arrival == Arrival.RECORD;
    }

    /**
     * As {@link #next}; where reads do not block, the record may not be complete yet, and what is there of it stays.
     */
    public Arrival poll() throws IOException {
        Arrival header = fill(format.headerLength());
        if (header != Arrival.RECORD) {
            return header;
        }
        int length = format.recordLength(buffer, start);
        if (fill(length) != Arrival.RECORD) {
            return Arrival.NOTHING_YET;
        }
        recordStart = start;
        recordLength = length;
        start += length;
        return Arrival.RECORD;
    }

    /** Moves to whatever bytes come next, at least one; for streams without records. */
    public Arrival pollBytes() throws IOException {
        Arrival arrival = fill(1);
        if (arrival == Arrival.RECORD) {
            recordStart = start;
            recordLength = end - start;
            start = end;
        }
        return arrival;
    }

    /** A buffer without bytes, by which a reader tells that the record is not complete yet. */
    public static ByteBuffer nothingYet() {
        return NOTHING_YET;
    }

    /**
     * The buffer that holds the record, its limit at its capacity. The reader may change the bytes of the record, and
     * position and limit as it likes.
     */
    public ByteBuffer buffer() {
        return buffer;
    }

    /** Offset of the record in {@link #buffer}, with its header. */
    public int offset() {
        return recordStart;
    }

    /** The length of the record with its header. */
    public int length() {
        return recordLength;
    }

    /** Gives the pooled buffer back and forgets what was not given out. */
    public void release() {
        start = 0;
        end = 0;
        toTiny();
    }

    /** Has at least {@code needed} bytes from {@code start}, unless the stream ends before the first of them. */
    private Arrival fill(int needed) throws IOException {
        while (end - start < needed) {
            makeRoom(needed);
            buffer.limit(buffer.capacity()).position(end);
            int count = raw.read(buffer);
            buffer.limit(buffer.capacity());
            if (count < 0) {
                if (start == end) {
                    release();
                    return Arrival.END;
                }
                throw new EOFException(
                        "the stream ends inside a record: " + (end - start) + " of at least " + needed + " bytes");
            }
            if (count == 0) {
                rest(needed);
                return Arrival.NOTHING_YET;
            }
            end += count;
            streaming = end == buffer.capacity();
        }
        buffer.limit(buffer.capacity());
        return Arrival.RECORD;
    }

    /** Nothing has come: the bytes read so far stay, in no larger a buffer than they need. */
    private void rest(int needed) {
        streaming = false;
        makeRoom(needed);
    }

    /**
     * Chooses the buffer that the next read, which may wait for long, goes to: with the pending bytes, and room for at
     * least one more.
     */
    private void makeRoom(int needed) {
        int pending = end - start;
        boolean more = streaming && buffer == tiny;
        if (pending < TINY && needed <= TINY && !more) {
            toTiny();
        } else if (buffer == tiny || buffer.capacity() < needed) {
            moveTo(buffers.lease(needed));
        } else if (streaming && buffer.capacity() < RecordBuffers.LARGE) {
            moveTo(buffers.lease(RecordBuffers.LARGE));
        }
        if (start == end) {
            start = 0;
            end = 0;
        } else if (end == buffer.capacity() || buffer.capacity() - start < needed) {
            shift(buffer);
        }
    }

    private void toTiny() {
        Lease old = lease;
        if (old != null) {
            shift(tiny);
            lease = null;
            buffer = tiny;
            old.close();
        }
    }

    private void moveTo(Lease larger) {
        Lease old = lease;
        lease = larger;
        shift(larger.buffer());
        buffer = larger.buffer();
        if (old != null) {
            old.close();
        }
    }

    /** Moves the pending bytes to the front of a buffer, which may be the same one. */
    private void shift(ByteBuffer target) {
        int pending = end - start;
        buffer.limit(buffer.capacity());
        target.clear();
        if (pending > 0) {
            target.put(0, buffer, start, pending);
        }
        start = 0;
        end = pending;
    }
}
