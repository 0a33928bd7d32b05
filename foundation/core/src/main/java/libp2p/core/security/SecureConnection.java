package libp2p.core.security;

import java.io.IOException;
import java.nio.ByteBuffer;
import libp2p.core.environment.ReadHandler;
import libp2p.core.identity.PeerId;
import libp2p.core.identity.PublicKey;
import org.jspecify.annotations.Nullable;

/**
 * An authenticated, protected stream of bytes. One thread may read while another writes; {@link #close} from any thread
 * ends both.
 *
 * <p>Reading lends out the decrypted record; writing fills the record that will be sealed next. Neither copies. Closing
 * never takes a buffer away from the thread that has it: it is given back by that thread's next call, which throws. So
 * a reader or writer goes on until a call throws or {@code read} returns null, or calls {@code close} itself.
 */
public interface SecureConnection extends AutoCloseable {
    /** Protocol id of the secure channel. */
    String protocol();

    /** The peer at the other end, which has proved its identity. */
    PeerId remotePeer();

    /** The key of the peer at the other end. */
    PublicKey remoteKey();

    /** The stream muxer that was agreed inside the handshake, or null. */
    @Nullable
    String earlyMuxer();

    /**
     * Returns the unread plaintext, waiting for more if there is none. The buffer belongs to the connection: it is
     * valid until the next call of {@code read}, and bytes that the caller leaves in it are returned again.
     *
     * @return a buffer with at least one byte remaining, or null after the remote's last byte; after
     *     {@link #onReadable} it does not wait, and a buffer without bytes says that nothing has come or that it is
     *     another connection's turn
     * @throws java.io.EOFException if the stream is cut inside a record
     */
    @Nullable
    ByteBuffer read() throws IOException;

    /**
     * Returns the buffer that takes the next bytes to send, with at least one byte of room; fills it by relative puts.
     * A full record is sealed, and a full batch of records written, by the next call of this method or of {@code
     * flush}. Blocks while the socket does.
     */
    ByteBuffer plaintext() throws IOException;

    /** Seals what was put and writes it; blocks while the socket does. */
    void flush() throws IOException;

    /**
     * Lets an event loop say when there is something to read, from now on and for good; no thread may be reading.
     * Called once. A connection that has ended already calls the handler all the same, whose read then throws.
     */
    void onReadable(ReadHandler handler);

    /**
     * Whether {@link #plaintext} and {@link #tryFlush} do without waiting for as long as fewer bytes are put than one
     * batch of records holds. False before {@link #onReadable}.
     */
    boolean isWritable();

    /**
     * Seals what was put and writes what can be written at once. Only after {@link #onReadable}.
     *
     * @return false if some of it is left, which the next {@code flush} writes
     */
    boolean tryFlush() throws IOException;

    /** Copies all remaining bytes out, without flushing. */
    default void write(ByteBuffer source) throws IOException {
        while (source.hasRemaining()) {
            ByteBuffer target = plaintext();
            int count = Math.min(target.remaining(), source.remaining());
            target.put(target.position(), source, source.position(), count);
            target.position(target.position() + count);
            source.position(source.position() + count);
        }
    }

    /**
     * Closes the raw connection and wipes the keys; idempotent, never throws. Does not flush. May tell the remote, for
     * which it waits a fraction of a second at most. Buffers that {@link #read} and {@link #plaintext} have lent to the
     * calling thread may be another connection's afterwards: a thread that still uses one must not call this.
     */
    @Override
    void close();
}
