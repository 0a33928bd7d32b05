package libp2p.core.messaging;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.resource.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * A stream of messages, each after its length as an unsigned varint. The memory of a message that is being received is
 * charged to the scope of the connection: the stream may have ended, and its scope with it, before its last message is
 * read. One thread may send and one may receive at a time; {@link #close} and {@link #reset} may be called from any
 * thread. An object made for a stream owns it.
 *
 * @param <S> messages that are sent
 * @param <R> messages that are received
 */
public final class MessageStream<S, R> implements AutoCloseable {
    /** Enough for the length and most messages, so that a message is one or two reads of the stream. */
    private static final int BUFFER = 1024;

    private final Stream stream;
    private final MessageCodec<S> sent;
    private final MessageCodec<R> received;
    private final int limit;
    private final InputStream input;

    /**
     * Takes over a stream.
     *
     * @param limit bytes of a received message, without its length; positive
     */
    public MessageStream(Stream stream, MessageCodec<S> sent, MessageCodec<R> received, int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("messages of at most " + limit + " bytes");
        }
        this.stream = stream;
        this.sent = sent;
        this.received = received;
        this.limit = limit;
        this.input = new BufferedInputStream(stream.input(), BUFFER);
    }

    /** The stream below; reading it passes over what this object has read ahead. */
    public Stream stream() {
        return stream;
    }

    /** Sends a message; blocks while the remote peer's window is full. */
    public void send(S message) throws IOException {
        stream.write(sent.frame(message));
    }

    /**
     * Sends the last messages and FIN with them, all in one write; blocks while the remote peer's window is full.
     *
     * @throws IOException also where the remote peer refuses a protocol that was proposed lazily, for which this waits
     */
    public void sendLast(List<S> messages) throws IOException {
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        messages.forEach(message -> frames.writeBytes(sent.frame(message)));
        stream.writeLast(frames.toByteArray());
    }

    /**
     * Whether there is something to receive, be it a part of a message, the end or a failure. If not, the action runs
     * once when there is, as by {@link Stream#onReadable}, and nothing is read ahead: another object may be made for
     * the stream then.
     *
     * @return whether there is; the action is then not kept
     */
    public boolean onReadable(Runnable otherwise) throws IOException {
        return input.available() > 0 || stream.onReadable(otherwise);
    }

    /**
     * Receives a message; blocks.
     *
     * @return null if the stream ends before it
     * @throws libp2p.core.connection.ProtocolViolationException if the message is longer than the limit or cannot be
     *     decoded
     * @throws libp2p.core.resource.LimitExceededException if the connection has no room for it
     */
    public @Nullable R receiveOrEnd() throws IOException {
        try (Reservation memory = stream.connection().scope().reserve(0, Reservation.ALWAYS)) {
            return new MessageReader<>(stream.protocol(), input, received, limit, memory).readOrEnd();
        }
    }

    /**
     * As {@link #receiveOrEnd}, but there must be a message.
     *
     * @throws EOFException if the stream ends before it
     */
    public R receive() throws IOException {
        R message = receiveOrEnd();
        if (message == null) {
            throw new EOFException(stream.protocol() + ": the stream ends before a message");
        }
        return message;
    }

    /**
     * Until when messages may be sent and received, so that it bounds an exchange of several messages as a whole; no
     * timer.
     */
    public void until(Deadline deadline) {
        stream.readDeadline(deadline);
        stream.writeDeadline(deadline);
    }

    /** Ends the stream at once, both ways. */
    public void reset() {
        stream.reset(ErrorCode.NONE);
    }

    /** Ends the stream after what was sent. */
    @Override
    public void close() {
        stream.close();
    }
}
