package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.RawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Lets a writer fill records in place and sends many of them per write. The batch is a pooled buffer: small at first,
 * large when there is much to send, and given back by every flush. Nothing is allocated per record.
 *
 * <p>For one thread at a time; a caller of {@code close} must know that the thread has left (see
 * {@link BufferOwnership}).
 */
public final class RecordOutput {
    /** A record is begun only where at least so much plaintext fits. */
    private static final int WORTHWHILE = 1 << 10;

    private final RawConnection raw;
    private final RecordBuffers buffers;
    private final RecordSealer sealer;
    private @Nullable Lease lease;
    private @Nullable ByteBuffer buffer;
    /** Offset of the plaintext of the open record; sealed records lie in front of its header. */
    private int open;
    /** Size of the next batch, guessed from what was sent since the last flush. */
    private int expected = RecordBuffers.SMALL;

    private boolean sentFullBatch;
    /**
     * Whether a try has left sealed records, with no open one behind them, and how many bytes of them it has written.
     */
    private boolean left;

    private int written;

    public RecordOutput(RawConnection raw, RecordBuffers buffers, RecordSealer sealer) {
        this.raw = raw;
        this.buffers = buffers;
        this.sealer = sealer;
    }

    /** The buffer that takes the next bytes, with at least one byte of room; blocks while a full batch is written. */
    public ByteBuffer plaintext() throws IOException {
        ByteBuffer current = buffer;
        if (current == null) {
            return begin(buffers.lease(expected));
        }
        if (left) {
            write(current);
            openRecord(current);
            return current;
        }
        if (current.hasRemaining()) {
            return current;
        }
        if (current.capacity() < RecordBuffers.LARGE) {
            return grow(current);
        }
        seal(current);
        if (current.capacity() - open < WORTHWHILE + sealer.trailerLength()) {
            write(current);
            sentFullBatch = true;
        }
        openRecord(current);
        return current;
    }

    /** Seals and writes what was put, and gives the batch back. */
    public void flush() throws IOException {
        ByteBuffer current = buffer;
        if (current == null) {
            return;
        }
        int length = sealed(current);
        if (length > 0) {
            write(current);
        }
        finish(length);
    }

    /**
     * As {@link #flush}, but without waiting: bytes that the connection does not take at once stay, and the next call
     * of {@link #plaintext} or {@link #flush} writes it first.
     *
     * @return whether all was written
     */
    public boolean tryFlush() throws IOException {
        ByteBuffer current = buffer;
        if (current == null) {
            return true;
        }
        int length = sealed(current);
        current.limit(length).position(written);
        raw.tryWrite(current);
        left = current.hasRemaining();
        if (left) {
            written = current.position();
            return false;
        }
        finish(length);
        return true;
    }

    /** Seals the open record if it holds anything; returns the length of all that is sealed. */
    private int sealed(ByteBuffer current) throws IOException {
        if (!left && current.position() > open) {
            seal(current);
        }
        return open - sealer.headerLength();
    }

    private void finish(int length) {
        expected = sentFullBatch || length > RecordBuffers.SMALL ? RecordBuffers.LARGE : RecordBuffers.SMALL;
        sentFullBatch = false;
        release();
    }

    /** Whether no record is sealed but not yet written, so that another may be sent past this output. */
    public boolean isWritten() {
        return buffer == null || open == sealer.headerLength();
    }

    /** Gives the batch back and forgets what was not written. */
    public void release() {
        Lease old = lease;
        lease = null;
        buffer = null;
        left = false;
        written = 0;
        if (old != null) {
            old.close();
        }
    }

    private ByteBuffer begin(Lease batch) {
        lease = batch;
        ByteBuffer fresh = batch.buffer();
        buffer = fresh;
        open = sealer.headerLength();
        openRecord(fresh);
        return fresh;
    }

    /** Moves the open record into a large batch; a small one holds no other. */
    private ByteBuffer grow(ByteBuffer small) {
        int length = small.position() - open;
        Lease old = lease;
        ByteBuffer large = begin(buffers.lease(RecordBuffers.LARGE));
        large.put(open, small, open, length);
        large.position(open + length);
        if (old != null) {
            old.close();
        }
        return large;
    }

    private void openRecord(ByteBuffer current) {
        int room = Math.min(current.capacity() - open - sealer.trailerLength(), sealer.maxPlaintext());
        current.limit(open + room).position(open);
    }

    private void seal(ByteBuffer current) throws IOException {
        int length = current.position() - open;
        current.limit(current.capacity());
        sealer.seal(current, open, length);
        open += length + sealer.trailerLength() + sealer.headerLength();
    }

    private void write(ByteBuffer current) throws IOException {
        current.limit(open - sealer.headerLength()).position(written);
        raw.write(current);
        left = false;
        written = 0;
        open = sealer.headerLength();
    }
}
