package libp2p.core.messaging;

import java.io.IOException;
import libp2p.core.protobuf.Delimited;

/** Turns messages of one kind into bytes and back. Thread-safe. */
public interface MessageCodec<T> {
    /** The bytes of a message; not changed afterwards. */
    byte[] encode(T message);

    /**
     * Reads a message. The length of the bytes is within the limit of the exchange; numbers inside them are not to be
     * believed.
     *
     * @throws IOException saying what is wrong with the bytes
     */
    T decode(byte[] bytes) throws IOException;

    /** The bytes of a message behind its length, as they are sent. */
    default byte[] frame(T message) {
        return Delimited.frame(encode(message));
    }

    /** Messages that are bytes. */
    MessageCodec<byte[]> BYTES = new MessageCodec<>() {
        @Override
        public byte[] encode(byte[] message) {
            return message;
        }

        @Override
        public byte[] decode(byte[] bytes) {
            return bytes;
        }
    };
}
