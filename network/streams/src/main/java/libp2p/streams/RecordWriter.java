package libp2p.streams;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/**
 * Writes frames into the records of a secure connection, across their borders where need be. Used by one thread at a
 * time, the one that serves the send queue. A full record leaves when the next one is begun, the last one by {@link
 * #flush}.
 */
public final class RecordWriter {
    private final SecureConnection connection;
    private final StallGuard guard;
    private @Nullable ByteBuffer record;
    private boolean dirty;
    private int unflushed;

    RecordWriter(SecureConnection connection, StallGuard guard) {
        this.connection = connection;
        this.guard = guard;
    }

    /** Puts the eight bytes of the first and the four of the second number, big endian. */
    public void put(long first, int second) throws IOException {
        unflushed += Long.BYTES + Integer.BYTES;
        ByteBuffer target = room();
        if (target.remaining() >= Long.BYTES + Integer.BYTES) {
            target.putLong(first).putInt(second);
            return;
        }
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            put((byte) (first >>> shift));
        }
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            put((byte) (second >>> shift));
        }
    }

    /** Puts one byte. */
    public void put(byte value) throws IOException {
        room().put(value);
    }

    /** Puts a number of at most 63 bits as an unsigned varint. */
    public void putVarint(long value) throws IOException {
        long rest = value;
        while (rest > 0x7f) {
            put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        put((byte) rest);
    }

    /** Puts bytes that were claimed from a queue. */
    void put(ByteQueue queue, int count) throws IOException {
        unflushed += count;
        int left = count;
        while (left > 0) {
            ByteBuffer target = room();
            int step = Math.min(left, target.remaining());
            queue.copyTo(target, step);
            left -= step;
        }
    }

    /** Bytes that fit into the record that is being filled; 0 if the next byte begins a new one. */
    public int remaining() {
        return record == null ? 0 : record.remaining();
    }

    private ByteBuffer room() throws IOException {
        ByteBuffer target = record;
        if (target == null || !target.hasRemaining()) {
            guard.enter();
            try {
                target = connection.plaintext();
            } finally {
                guard.leave();
            }
            record = target;
            dirty = true;
        }
        return target;
    }

    /** Bytes that were put since the last flush, but for single ones. */
    int unflushed() {
        return unflushed;
    }

    /** Sends what was put as far as that needs no waiting; returns whether it was all. */
    boolean tryFlush() throws IOException {
        if (dirty) {
            record = null;
            unflushed = 0;
            dirty = !connection.tryFlush();
        }
        return !dirty;
    }

    /** Sends what was put. */
    void flush() throws IOException {
        if (dirty) {
            dirty = false;
            record = null;
            unflushed = 0;
            guard.enter();
            try {
                connection.flush();
            } finally {
                guard.leave();
            }
        }
    }
}
