package libp2p.core.connection;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.time.Duration;
import libp2p.core.buffer.BufferPool;
import libp2p.core.buffer.Lease;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.resource.Direction;
import libp2p.core.resource.StreamScope;

/**
 * A reliable, ordered stream of bytes each way, between two peers that agreed on a protocol. Many share a connection,
 * and a slow reader holds up only its own: a writer waits when the window of the remote peer and the send buffer are
 * full.
 *
 * <pre>{@code
 * stream.write("hello".getBytes(StandardCharsets.UTF_8));
 * stream.closeWrite();
 * return new String(stream.input().readAllBytes(), StandardCharsets.UTF_8);
 * }</pre>
 *
 * <p><b>The end</b> comes for each way alone. {@link #closeWrite} says that all was written, and the remote peer reads
 * its end; {@link #close} does that and discards what still comes; {@link #reset} says that the conversation failed, so
 * that no cut message passes for a whole one. {@code close} does not wait for the peer: to know that it has read
 * everything, call {@code closeWrite} and read to the end. A handler that returns closes its stream, and one that
 * throws resets it.
 *
 * <p><b>Time.</b> {@link #readTimeout} bounds each wait, {@link #readDeadline} all of them; without either a read waits
 * for as long as the connection lives.
 *
 * <p><b>Threads.</b> One thread may read and one may write at a time; a second concurrent
 * reader or writer gets {@code IllegalStateException}. {@link #close}, {@link #reset} and the setters may be called
 * from any thread. An interrupt ends only the wait of the interrupted caller, with {@code InterruptedIOException} and
 * the flag kept; after an interrupted or late write the stream can only be read and reset, since it is not known how
 * much was taken.
 */
public interface Stream extends AutoCloseable {
    /** Unique on its connection. */
    long id();

    /** The connection that carries the stream. */
    Connection connection();

    /** The negotiated protocol. */
    String protocol();

    /** Outbound if this host opened the stream. */
    Direction direction();

    /** The scope to which the stream is charged. */
    StreamScope scope();

    /**
     * Reads at least one byte, blocking.
     *
     * @return the number of bytes put into the buffer, or -1 after the remote's last byte
     * @throws StreamResetException if either side has reset the stream
     * @throws java.nio.channels.ClosedChannelException after {@link #closeRead} or {@link #close}
     * @throws ConnectionClosedException if the connection has ended
     * @throws DeadlineExceededException after {@link #readTimeout} or {@link #readDeadline}; the stream is left as it
     *     was
     * @throws NegotiationException if the remote refused a lazily proposed protocol
     */
    int read(ByteBuffer target) throws IOException;

    /** As {@link #read(ByteBuffer)}. */
    int read(byte[] target, int offset, int length) throws IOException;

    /**
     * Writes all remaining bytes, blocking while the remote peer's window and the send buffer are full. Return means
     * that the bytes are accepted in order; a later failure is reported by the next call.
     *
     * @throws StreamResetException if either side has reset the stream
     * @throws java.nio.channels.ClosedChannelException after {@link #closeWrite} or {@link #close}
     * @throws ConnectionClosedException if the connection has ended
     * @throws DeadlineExceededException after {@link #writeTimeout} or {@link #writeDeadline}
     * @throws NegotiationException if the remote is known to have refused a lazily proposed protocol
     */
    void write(ByteBuffer source) throws IOException;

    /** As {@link #write(ByteBuffer)}. */
    void write(byte[] source, int offset, int length) throws IOException;

    /** As {@link #write(ByteBuffer)}. */
    default void write(byte[] source) throws IOException {
        write(source, 0, source.length);
    }

    /**
     * Writes the last bytes, and FIN with them: as {@link #write(byte[])} and {@link #closeWrite}, but together in one
     * packet where the connection can.
     */
    default void writeLast(byte[] source) throws IOException {
        write(source);
        closeWrite();
    }

    /**
     * Moves bytes that come here into another stream, blocking as {@link #read(ByteBuffer)} here and {@link
     * #write(ByteBuffer)} there would, for a caller that does not look at them. Between streams of yamux and mplex the
     * memory in which the bytes lie changes hands where that is possible. Streams of these muxers and of QUIC else copy
     * each byte once, from where it lies to where it waits to be sent. Fails as the stream does that fails; bytes that
     * are on the way then are lost.
     *
     * @param target for which the caller is the writer
     * @param most bytes, at least 1
     * @return the number of bytes moved, or -1 after the remote's last byte
     */
    default int transferTo(Stream target, int most) throws IOException {
        try (Lease lease = BufferPool.shared().lease()) {
            ByteBuffer bytes = lease.buffer();
            int count = read(bytes.clear().limit(Math.min(most, bytes.capacity())));
            if (count > 0) {
                target.write(bytes.flip());
            }
            return count;
        }
    }

    /**
     * Whether a read would return, or fail, without waiting. If not, the action runs once when it would: for a service
     * that keeps many streams on which hardly anything happens, each of which would else hold the stack of a thread
     * that waits. {@link #readTimeout} and {@link #readDeadline} do not bound this wait. While a protocol that was
     * proposed lazily is not confirmed the proposal is sent, and the answer counts as something to read only if it is a
     * refusal.
     *
     * <p>The action runs on a thread that reads for other streams and connections too, without locks: it must neither
     * wait nor take long. It leaves work that may wait to a thread that it starts.
     *
     * @return whether a read would not wait now; the action is then not kept
     * @throws IllegalStateException if an earlier action still waits or another thread is reading
     */
    boolean onReadable(Runnable otherwise);

    /**
     * Whether a write of so many bytes would not wait, be it that there is room for them or that it would fail. Only
     * the writer itself can change a yes.
     *
     * @param count bytes, at least 1
     * @throws IllegalStateException if another thread is writing
     */
    boolean isWritable(int count);

    /** Sends FIN after what was written; reading goes on. Idempotent. */
    void closeWrite() throws IOException;

    /** Tells the remote peer, where the transport can, to stop sending; later bytes are discarded. Idempotent. */
    void closeRead(long code);

    /** Aborts both ways; never blocks; idempotent. */
    void reset(long code);

    /** Finishes gracefully: FIN after what was written, the other way is discarded. Never blocks; idempotent. */
    @Override
    void close();

    /**
     * Sets the longest wait of a read that begins from now on; zero means for ever. The default is zero, or what the
     * limits of the host say.
     *
     * @throws IllegalArgumentException if it is negative
     */
    void readTimeout(Duration timeout);

    /**
     * Sets the longest wait of a write that begins from now on; zero, the default, means for ever.
     *
     * @throws IllegalArgumentException if it is negative
     */
    void writeTimeout(Duration timeout);

    /**
     * Until when reads that begin from now on may take, all together, beside {@link #readTimeout}; {@link
     * Deadline#NONE}, the default, means for ever. Afterwards every read fails with {@link DeadlineExceededException},
     * even if bytes have arrived, so that a peer which sends little by little gains nothing. Needs no timer and no
     * thread. The stream is not harmed: with another deadline it can be read again.
     */
    void readDeadline(Deadline deadline);

    /**
     * Until when writes that begin from now on may take, all together, beside {@link #writeTimeout}; {@link
     * Deadline#NONE}, the default, means for ever. A write that is late leaves only reading and {@link #reset}.
     */
    void writeDeadline(Deadline deadline);

    /**
     * Waits until the remote peer has confirmed a protocol that was proposed lazily, sending the proposal first if need
     * be; returns at once where nothing is left to be confirmed.
     *
     * @throws NegotiationException if the remote peer refuses the protocol
     * @throws DeadlineExceededException when the deadline passes; the stream is left as it was
     */
    void confirm(Deadline deadline) throws IOException;

    /**
     * Runs an action once when nothing more will come from the remote peer: it has sent FIN, has refused a protocol
     * that was proposed lazily, either side has reset the stream, or the connection has ended; at once if that is so.
     * For a stream that is only written, so that no thread need wait for its end by reading. Bytes that came before can
     * still be read. Every action that is left runs.
     *
     * <p>The action runs without locks, on a thread that may read for other streams and connections too: it must
     * neither wait nor take long. It may call {@link #reset} and {@link #close}.
     */
    void onRemoteEnd(Runnable action);

    /** Orders this stream among the others of its connection. */
    void priority(StreamPriority priority);

    /** Lets the handler return without closing the stream. Its receiver closes it. */
    void detach();

    /** Reads from this stream; closing it is {@code closeRead}. */
    InputStream input();

    /** Writes to this stream; {@code flush} does nothing, closing it is {@code closeWrite}. */
    OutputStream output();

    /** Both ways; closing it is {@link #close}. */
    ByteChannel channel();
}
