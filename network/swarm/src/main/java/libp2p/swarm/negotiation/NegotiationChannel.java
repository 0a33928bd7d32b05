package libp2p.swarm.negotiation;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Deadline;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.security.SecureConnection;

/** The bytes that a negotiation runs over: a raw connection, a secured one, or a stream. */
public interface NegotiationChannel {
    /** Reads at least one byte, at most {@code length}; -1 at the end. */
    int read(byte[] target, int offset, int length) throws IOException;

    /** Writes everything and sends it. */
    void write(byte[] source) throws IOException;

    /**
     * Whether the next message, as a whole, has arrived already, so that reading it does not wait; false where it is
     * not known.
     */
    default boolean holdsMessage() {
        return false;
    }

    /** Fills the range, or throws {@code EOFException}. */
    default void readFully(byte[] target, int offset, int length) throws IOException {
        int done = 0;
        while (done < length) {
            int count = read(target, offset + done, length - done);
            if (count < 0) {
                throw new java.io.EOFException("the remote peer closed during the negotiation");
            }
            done += count;
        }
    }

    /** A stream whose caller sees to timeouts itself. */
    static NegotiationChannel of(MuxedStream stream) {
        return new NegotiationChannel() {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return stream.read(target, offset, length);
            }

            @Override
            public void write(byte[] source) throws IOException {
                stream.write(source, 0, source.length);
            }
        };
    }

    /**
     * A stream on which the whole negotiation has until the deadline, however small the pieces that arrive; the
     * deadlines stay.
     */
    static NegotiationChannel of(MuxedStream stream, Deadline deadline) {
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
        return of(stream);
    }

    /** A raw connection, of which only its reader knows what has arrived. */
    static NegotiationChannel of(RawConnection raw) {
        return of(raw, () -> false);
    }

    /** @param holdsMessage see {@link #holdsMessage} */
    static NegotiationChannel of(RawConnection raw, BooleanSupplier holdsMessage) {
        return new NegotiationChannel() {
            @Override
            public boolean holdsMessage() {
                return holdsMessage.getAsBoolean();
            }

            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                return raw.read(ByteBuffer.wrap(target, offset, length));
            }

            @Override
            public void write(byte[] source) throws IOException {
                raw.write(ByteBuffer.wrap(source));
            }
        };
    }

    /** Negotiates on a connection that was secured, before it has a muxer. */
    static NegotiationChannel of(SecureConnection secure) {
        return new NegotiationChannel() {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                ByteBuffer plaintext = secure.read();
                if (plaintext == null) {
                    return -1;
                }
                int count = Math.min(length, plaintext.remaining());
                plaintext.get(target, offset, count);
                return count;
            }

            @Override
            public void write(byte[] source) throws IOException {
                secure.write(ByteBuffer.wrap(source));
                secure.flush();
            }
        };
    }
}
