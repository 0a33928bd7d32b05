package libp2p.security.records;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.connection.CloseReason;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.ReadHandler;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import libp2p.core.security.SecureConnection;
import org.jspecify.annotations.Nullable;

/**
 * The base of secure connections: one reader, one writer, and a close from any thread that pulls no buffer away from
 * either (see {@link BufferOwnership}). The first failure of one direction ends both; later calls tell its cause. A
 * thread that read or wrote last and stops without an exception closes the connection itself, so that its buffers go
 * back.
 */
public abstract class AbstractSecureConnection implements SecureConnection {
    /**
     * The proven identity of the remote.
     *
     * @param protocol of the secure channel
     * @param earlyMuxer the stream muxer that was agreed inside the handshake, or null
     */
    public record Remote(
            String protocol, PublicKey key, @Nullable String earlyMuxer) {}

    private final RawConnection raw;
    private final Remote remote;
    private final BufferOwnership reading = new BufferOwnership();
    private final BufferOwnership writing = new BufferOwnership();
    /** Set once, before the raw connection is closed. */
    private final AtomicReference<@Nullable CloseReason> closed = new AtomicReference<>();
    /** Whether reads and small writes no longer wait. */
    private volatile boolean events;

    protected AbstractSecureConnection(RawConnection raw, Remote remote) {
        this.raw = raw;
        this.remote = remote;
    }

    /**
     * As {@link #read}; the input was given back when it returns null, and {@link RecordInput#nothingYet} may be
     * returned.
     */
    protected abstract @Nullable ByteBuffer readPlaintext() throws IOException;

    /** As {@link #plaintext}. */
    protected abstract ByteBuffer openPlaintext() throws IOException;

    /** As {@link #flush}; the output was given back when it returns. */
    protected abstract void flushPlaintext() throws IOException;

    /** As {@link #tryFlush}. */
    protected abstract boolean tryFlushPlaintext() throws IOException;

    /** Gives the buffers and keys of the reading side back. Runs once, when no thread uses them. */
    protected abstract void releaseInput();

    /** Gives the buffers and keys of the writing side back. Runs once, when no thread uses them. */
    protected abstract void releaseOutput();

    /**
     * Tells the remote that the connection ends; called at most once, while no thread writes. Must not block for long.
     */
    protected void farewell() {}

    @Override
    public final @Nullable ByteBuffer read() throws IOException {
        enter(reading);
        try {
            ByteBuffer plaintext = readPlaintext();
            if (plaintext == null || !plaintext.hasRemaining()) {
                leave(reading);
            }
            return plaintext;
        } catch (IOException | RuntimeException failure) {
            throw failed(reading, failure);
        }
    }

    @Override
    public final ByteBuffer plaintext() throws IOException {
        enter(writing);
        try {
            return openPlaintext();
        } catch (IOException | RuntimeException failure) {
            throw failed(writing, failure);
        }
    }

    @Override
    public final void flush() throws IOException {
        enter(writing);
        try {
            flushPlaintext();
            leave(writing);
        } catch (IOException | RuntimeException failure) {
            throw failed(writing, failure);
        }
    }

    @Override
    public final boolean tryFlush() throws IOException {
        enter(writing);
        try {
            boolean all = tryFlushPlaintext();
            leave(writing);
            return all;
        } catch (IOException | RuntimeException failure) {
            throw failed(writing, failure);
        }
    }

    @Override
    public final void onReadable(ReadHandler handler) {
        events = true;
        raw.onReadable(handler);
    }

    @Override
    public boolean isWritable() {
        return events;
    }

    private void enter(BufferOwnership side) throws IOException {
        boolean entered = side.enter();
        CloseReason reason = closed.get();
        if (reason != null) {
            closeSide(side);
            throw new ConnectionClosedException(reason);
        }
        if (!entered) {
            throw new ConnectionClosedException(CloseReason.LOCAL);
        }
    }

    /**
     * A thread that closed the connection meanwhile has left the buffers to the calling thread, which may not come
     * again.
     */
    private void leave(BufferOwnership side) {
        side.leave();
        if (closed.get() != null) {
            closeSide(side);
        }
    }

    /** Ends the connection because of a failure, unless it had ended before and the failure only follows from that. */
    private IOException failed(BufferOwnership side, Exception failure) {
        CloseReason before = closed.get();
        long code = failure instanceof ProtocolViolationException
                ? ErrorCode.CONNECTION_PROTOCOL_VIOLATION
                : ErrorCode.NONE;
        close(CloseReason.failure(code, failure));
        closeSide(side);
        if (before != null) {
            return new ConnectionClosedException(before);
        }
        return failure instanceof IOException known ? known : new IOException(remote.protocol() + " failed", failure);
    }

    private void close(CloseReason reason) {
        if (closed.compareAndSet(null, reason) && writing.claim()) {
            farewell();
        }
        raw.close();
        closeSide(reading);
        closeSide(writing);
    }

    private void closeSide(BufferOwnership side) {
        side.close(side == reading ? this::releaseInput : this::releaseOutput);
    }

    @Override
    public final void close() {
        close(CloseReason.LOCAL);
    }

    @Override
    public final String protocol() {
        return remote.protocol();
    }

    @Override
    public final PeerId remotePeer() {
        return remote.key().peerId();
    }

    @Override
    public final PublicKey remoteKey() {
        return remote.key();
    }

    @Override
    public final @Nullable String earlyMuxer() {
        return remote.earlyMuxer();
    }
}
