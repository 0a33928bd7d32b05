package libp2p.core.muxer;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import libp2p.core.connection.StreamPriority;

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
    int read(byte[] target, int offset, int length) throws IOException;

    /** See {@link libp2p.core.connection.Stream#write(ByteBuffer)}. */
    void write(ByteBuffer source) throws IOException;

    /** See {@link libp2p.core.connection.Stream#write(byte[], int, int)}. */
    void write(byte[] source, int offset, int length) throws IOException;

    /** See {@link libp2p.core.connection.Stream#readsAtOnce}. */
    boolean readsAtOnce(Runnable otherwise);

    /** See {@link libp2p.core.connection.Stream#writesAtOnce}. */
    boolean writesAtOnce(int count);

    /** Sends FIN after what was written. Idempotent. */
    void closeWrite() throws IOException;

    /** Discards what still comes, and keeps giving credit where the protocol has no way to stop it. Idempotent. */
    void closeRead(long code);

    /** Aborts both ways. Never blocks; idempotent. */
    void reset(long code);

    /** {@link #closeWrite} without blocking and {@link #closeRead}. Idempotent. */
    void close();

    /** How long one read may wait; zero means for ever. */
    void readTimeout(Duration timeout);

    /** How long one write may wait; zero means for ever. */
    void writeTimeout(Duration timeout);

    void priority(StreamPriority priority);

    /** Runs once, without locks held, when both ways have ended; at once if they have. It must not block. */
    void onEnd(Runnable action);
}
