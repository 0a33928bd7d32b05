package libp2p.core.transport;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.RawConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes what a layer makes of its caller's bytes, ciphertext or frames, to the connection below, by way of a pooled
 * buffer that is held only while bytes wait in it. When the connection takes a part of a frame only, the caller keeps
 * the bytes that the frame is made of, and presents them again; until then the rest of the frame is held here.
 * Thread-safe.
 */
public final class EncodedOutput {
    /** Makes bytes for the connection below. Called with the output locked. */
    @FunctionalInterface
    public interface Encoder {
        /**
         * Moves bytes out of the source, at least one, and puts what they become into the target, which is empty and
         * large.
         *
         * @throws ClosedChannelException if nothing may be written any more
         */
        void encode(ByteBuffer source, ByteBuffer target) throws IOException;
    }

    /** Writes to the connection below between two frames. */
    @FunctionalInterface
    public interface Insertion {
        /** Writes with the output locked, so that no part of a frame comes in between; does not block. */
        void write() throws IOException;
    }

    private final RawConnection raw;
    private final BufferPool pool;
    private final Encoder encoder;
    /** Held while a frame is written. */
    private final ReentrantLock writing = new ReentrantLock();
    /** Encoded bytes between position and limit that the connection has not taken yet. */
    private @Nullable Lease unsent;
    /** Number of bytes of the next source that are encoded already. */
    private int encoded;

    private volatile boolean closed;

    /** @param encoder turns written bytes into those of the raw connection */
    public EncodedOutput(RawConnection raw, BufferPool pool, Encoder encoder) {
        this.raw = raw;
        this.pool = pool;
        this.encoder = encoder;
    }

    /** See {@link RawConnection#write}. */
    public void write(ByteBuffer source) throws IOException {
        writing.lock();
        try {
            checkOpen();
            flush();
            skipEncoded(source);
            if (source.hasRemaining()) {
                writeAll(source);
            }
        } finally {
            unlock();
        }
    }

    private void writeAll(ByteBuffer source) throws IOException {
        try (Lease lease = pool.lease()) {
            ByteBuffer target = lease.buffer();
            while (source.hasRemaining()) {
                encoder.encode(source, target.clear());
                raw.write(target.flip());
            }
        }
    }

    /** See {@link RawConnection#tryWrite}; writes nothing while another thread is inside a frame. */
    public void tryWrite(ByteBuffer source) throws IOException {
        if (!writing.tryLock()) {
            return;
        }
        try {
            checkOpen();
            if (tryFlush()) {
                skipEncoded(source);
                while (source.hasRemaining() && tryOne(source)) {}
            }
        } finally {
            unlock();
        }
    }

    /** Encodes one target full and writes what the connection takes; returns whether that was all. */
    private boolean tryOne(ByteBuffer source) throws IOException {
        Lease lease = pool.lease();
        boolean kept = false;
        try {
            ByteBuffer target = lease.buffer();
            int start = source.position();
            encoder.encode(source, target);
            raw.tryWrite(target.flip());
            kept = target.hasRemaining();
            if (kept) {
                unsent = lease;
                encoded = source.position() - start;
                source.position(start);
            }
            return !kept;
        } finally {
            if (!kept) {
                lease.close();
            }
        }
    }

    /** Writes something that is no caller's, behind the frame that is being sent; blocks. */
    public void insert(Insertion insertion) throws IOException {
        writing.lock();
        try {
            insert0(insertion);
        } finally {
            unlock();
        }
    }

    /** As {@link #insert}, but does nothing while another thread is inside a frame. */
    public void tryInsert(Insertion insertion) throws IOException {
        if (writing.tryLock()) {
            try {
                insert0(insertion);
            } finally {
                unlock();
            }
        }
    }

    private void insert0(Insertion insertion) throws IOException {
        checkOpen();
        flush();
        insertion.write();
    }

    private void checkOpen() throws ClosedChannelException {
        if (closed) {
            throw new ClosedChannelException();
        }
    }

    private void flush() throws IOException {
        Lease rest = unsent;
        if (rest != null) {
            raw.write(rest.buffer());
            unsent = null;
            rest.close();
        }
    }

    private boolean tryFlush() throws IOException {
        Lease rest = unsent;
        if (rest == null) {
            return true;
        }
        raw.tryWrite(rest.buffer());
        if (rest.buffer().hasRemaining()) {
            return false;
        }
        unsent = null;
        rest.close();
        return true;
    }

    private void skipEncoded(ByteBuffer source) {
        int count = encoded;
        if (count > source.remaining()) {
            throw new IllegalStateException("a write of other bytes than those that were left");
        }
        encoded = 0;
        source.position(source.position() + count);
    }

    /**
     * Gives the buffer back, now or when the thread that writes leaves; the connection below must be closed already.
     */
    public void close() {
        closed = true;
        release();
    }

    private void unlock() {
        writing.unlock();
        if (closed) {
            release();
        }
    }

    private void release() {
        if (writing.tryLock()) {
            try {
                Lease rest = unsent;
                unsent = null;
                if (rest != null) {
                    rest.close();
                }
            } finally {
                writing.unlock();
            }
        }
    }
}
