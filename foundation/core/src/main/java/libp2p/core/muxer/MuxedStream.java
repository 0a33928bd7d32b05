package libp2p.core.muxer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Deadline;

/**
 * One stream of a {@link MuxedConnection}, before a protocol is agreed on it. The rules of
 * {@link libp2p.core.connection.Stream} hold here too: one reader and one writer at a time, everything else from any
 * thread.
 */
public interface MuxedStream {
    /** Unique on its connection. */
    long id();

    /** See {@link libp2p.core.connection.Stream#read(ByteBuffer)}. */
    int read(ByteBuffer target) throws IOException;

    /** See {@link libp2p.core.connection.Stream#read(byte[], int, int)}. */
    default int read(byte[] target, int offset, int length) throws IOException {
        return read(ByteBuffer.wrap(target, offset, length));
    }

    /** See {@link libp2p.core.connection.Stream#write(ByteBuffer)}. */
    void write(ByteBuffer source) throws IOException;

    /** See {@link libp2p.core.connection.Stream#write(byte[], int, int)}. */
    default void write(byte[] source, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(source, offset, length));
    }

    /** See {@link libp2p.core.connection.Stream#writeLast}. */
    default void writeLast(ByteBuffer source) throws IOException {
        write(source);
        closeWrite();
    }

    /** See {@link libp2p.core.connection.Stream#transferTo}. */
    default int transferTo(MuxedStream target, int most) throws IOException {
        try (Lease lease = BufferPool.shared().lease()) {
            ByteBuffer bytes = lease.buffer();
            int count = read(bytes.clear().limit(Math.min(most, bytes.capacity())));
            if (count > 0) {
                target.write(bytes.flip());
            }
            return count;
        }
    }

    /** See {@link libp2p.core.connection.Stream#onReadable}. */
    boolean onReadable(Runnable otherwise);

    /** See {@link libp2p.core.connection.Stream#isWritable}. */
    boolean isWritable(int count);

    /** Sends FIN after what was written. Idempotent. */
    void closeWrite() throws IOException;

    /** Discards what still comes, and keeps giving credit where the protocol has no way to stop it. Idempotent. */
    void closeRead(long code);

    /** Aborts both ways. Never blocks; idempotent. */
    void reset(long code);

    /** {@link #closeWrite} without blocking and {@link #closeRead}. Idempotent. */
    void close();

    /** See {@link libp2p.core.connection.Stream#readTimeout}. */
    void readTimeout(Duration timeout);

    /** See {@link libp2p.core.connection.Stream#writeTimeout}. */
    void writeTimeout(Duration timeout);

    /** See {@link libp2p.core.connection.Stream#readDeadline}. */
    void readDeadline(Deadline deadline);

    /** See {@link libp2p.core.connection.Stream#writeDeadline}. */
    void writeDeadline(Deadline deadline);

    /** Orders this stream among the others of its connection. */
    void priority(StreamPriority priority);

    /**
     * Runs once, without locks held, when both ways have ended; at once if they have. It must not block. Every action
     * that is left runs, in the order in which they were left.
     */
    void onEnd(Runnable action);

    /** See {@link libp2p.core.connection.Stream#onRemoteEnd}. */
    void onRemoteEnd(Runnable action);
}
