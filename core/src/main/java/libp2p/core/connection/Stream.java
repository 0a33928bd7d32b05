package libp2p.core.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import libp2p.core.resource.StreamScope;

/**
 * A reliable, ordered stream of bytes each way. One thread may read and one may write at a time; a second concurrent
 * reader or writer gets {@code IllegalStateException}. {@link #close}, {@link #reset} and the setters may be called from
 * any thread. An interrupt ends only the wait of the interrupted caller, with {@code InterruptedIOException} and the flag
 * kept; after an interrupted or late write the stream can only be read and reset, since nobody knows how much was taken.
 */
public interface Stream extends AutoCloseable {
    /** Unique on its connection. */
    long id();

    Connection connection();

    /** The negotiated protocol. */
    String protocol();

    Direction direction();

    StreamScope scope();

    /**
     * Reads at least one byte, blocking.
     *
     * @return the number of bytes put into the buffer, or -1 after the remote's last byte
     * @throws StreamResetException if either side has reset the stream
     * @throws DeadlineExceededException after {@link #readTimeout}
     * @throws NegotiationException if the remote refused a lazily proposed protocol
     */
    int read(ByteBuffer target) throws IOException;

    /** As {@link #read(ByteBuffer)}. */
    int read(byte[] target, int offset, int length) throws IOException;

    /**
     * Writes all remaining bytes, blocking while the remote peer's window and the send buffer are full. Return means that
     * the bytes are accepted in order; a later failure is reported by the next call.
     *
     * @throws StreamResetException if either side has reset the stream
     * @throws DeadlineExceededException after {@link #writeTimeout}
     */
    void write(ByteBuffer source) throws IOException;

    /** As {@link #write(ByteBuffer)}. */
    void write(byte[] source, int offset, int length) throws IOException;

    default void write(byte[] source) throws IOException {
        write(source, 0, source.length);
    }

    /**
     * Whether a read would return, or fail, without waiting. If not, the action runs once when it would: for a service that
     * keeps many streams on which hardly anything happens, each of which would else hold the stack of a thread that waits.
     * {@link #readTimeout} does not bound this wait.
     *
     * <p>The action runs on a thread that reads for other streams and connections too, without locks: it must neither wait nor
     * take long. What may wait it leaves to a thread that it starts.
     *
     * @return whether a read would not wait now; the action is then not kept
     * @throws IllegalStateException if an earlier action still waits or another thread is reading, or while a protocol that was
     *     proposed lazily is not confirmed, as it is by the first read
     */
    boolean readsAtOnce(Runnable otherwise);

    /**
     * Whether a write of so many bytes would not wait, be it that there is room for them or that it would fail. Only the writer
     * itself can change a yes.
     *
     * @param count bytes, at least 1
     * @throws IllegalStateException if another thread is writing
     */
    boolean writesAtOnce(int count);

    /** Sends FIN after what was written; reading goes on. Idempotent. */
    void closeWrite() throws IOException;

    /** Tells the remote peer, where the transport can, to stop sending; what still comes is discarded. Idempotent. */
    void closeRead(long code);

    /** Aborts both ways; never blocks; idempotent. */
    void reset(long code);

    /** Finishes gracefully: FIN after what was written, the other way is discarded. Never blocks; idempotent. */
    @Override
    void close();

    /** How long one read may wait; zero, the default, means for ever. */
    void readTimeout(Duration timeout);

    /** How long one write may wait; zero, the default, means for ever. */
    void writeTimeout(Duration timeout);

    /** Orders this stream among the others of its connection. */
    void priority(StreamPriority priority);

    /** Lets the handler return without closing the stream. Whoever got it closes it. */
    void detach();

    /** Reads from this stream; closing it is {@code closeRead}. */
    InputStream input();

    /** Writes to this stream; {@code flush} does nothing, closing it is {@code closeWrite}. */
    OutputStream output();

    /** Both ways; closing it is {@link #close}. */
    ByteChannel channel();
}
