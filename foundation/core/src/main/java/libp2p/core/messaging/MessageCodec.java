package libp2p.core.messaging;

import java.io.IOException;
import java.util.function.Function;
import libp2p.core.protobuf.Delimited;

/** Turns messages of one kind into bytes and back; {@link #of} makes one of two functions. Thread-safe. */
public interface MessageCodec<T> {
    /** Reads a message from its bytes, as {@link MessageCodec#decode} does. */
    @FunctionalInterface
    interface Decoder<T> {
        /**
         * Reads a message.
         *
         * @throws IOException saying what is wrong with the bytes
         */
        T decode(byte[] bytes) throws IOException;
    }

    /** The codec of two functions, which threads may call at the same time. */
    static <T> MessageCodec<T> of(Function<? super T, byte[]> encode, Decoder<? extends T> decode) {
        return new MessageCodec<>() {
            @Override
            public byte[] encode(T message) {
                return encode.apply(message);
            }

            @Override
            public T decode(byte[] bytes) throws IOException {
                return decode.decode(bytes);
            }
        };
    }

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
    MessageCodec<byte[]> BYTES = of(bytes -> bytes, bytes -> bytes);
}
