package libp2p.core.messaging;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import libp2p.core.connection.ProtocolViolationException;
import libp2p.core.protobuf.Delimited;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.resource.Reservation;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages, each after its length as an unsigned varint, and no byte beyond the message that is asked for: also
 * those that come before there are streams. Memory is taken as the bytes come. For one thread.
 *
 * @param <R> messages
 */
public final class MessageReader<R> {
    private final String protocol;
    private final InputStream input;
    private final MessageCodec<R> codec;
    private final int limit;
    private final @Nullable Reservation memory;

    /**
     * @param protocol named in errors
     * @param limit bytes of a message, without its length; positive
     */
    public MessageReader(String protocol, InputStream input, MessageCodec<R> codec, int limit) {
        this(protocol, input, codec, limit, null);
    }

    /** @param memory to which the bytes of messages are added as they come, or null */
    MessageReader(String protocol, InputStream input, MessageCodec<R> codec, int limit, @Nullable Reservation memory) {
        this.memory = memory;
        if (limit <= 0) {
            throw new IllegalArgumentException("messages of at most " + limit + " bytes");
        }
        this.protocol = protocol;
        this.input = input;
        this.codec = codec;
        this.limit = limit;
    }

    /**
     * Reads a message; blocks.
     *
     * @return null if the input ends before it
     * @throws ProtocolViolationException if the message is longer than the limit or cannot be decoded
     * @throws EOFException if the input ends inside the message
     */
    public @Nullable R readOrEnd() throws IOException {
        try {
            byte[] bytes = Delimited.readOrEnd(
                    protocol, input, limit, memory == null ? null : more -> memory.grow(more, Reservation.ALWAYS));
            return bytes == null ? null : codec.decode(bytes);
        } catch (ProtobufException e) {
            throw new ProtocolViolationException(protocol, String.valueOf(e.getMessage()));
        }
    }

    /**
     * As {@link #readOrEnd}, but there must be a message.
     *
     * @throws EOFException if the input ends before it
     */
    public R read() throws IOException {
        R message = readOrEnd();
        if (message == null) {
            throw new EOFException(protocol + ": the stream ends before a message");
        }
        return message;
    }
}
