package libp2p.core.protobuf;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/** Messages on a stream, each after its length as an unsigned varint: how most libp2p protocols send them. */
public final class Delimited {
    /** Room that is taken before anything has come. */
    private static final int SMALL = 17 << 10;

    /** Room that is taken for each byte that has come: a block of 256 KiB has all of its room after the first step. */
    private static final int TRUST = 16;

    private Delimited() {}

    /** The memory for bytes that have yet to come. */
    @FunctionalInterface
    public interface Memory {
        /**
         * Takes memory.
         *
         * @throws IOException if there is not enough
         */
        void take(long bytes) throws IOException;
    }

    /**
     * Reads one message; blocks. Memory is taken as the bytes come, not when their number is announced.
     *
     * @param message name of the message for errors
     * @param maxBytes how long it may be
     * @return the message, or null if the stream ends before it
     * @throws ProtobufException if the length is malformed or more than the limit
     * @throws EOFException if the stream ends inside the message
     */
    public static byte @Nullable [] readOrEnd(String message, InputStream in, int maxBytes) throws IOException {
        return readOrEnd(message, in, maxBytes, null);
    }

    /**
     * As {@link #readOrEnd(String, InputStream, int)}, and charges the memory when it is taken: a message may take its
     * time, and a peer may send many at once.
     *
     * @param memory from which the room for the message is taken, or null
     */
    public static byte @Nullable [] readOrEnd(String message, InputStream in, int maxBytes, @Nullable Memory memory)
            throws IOException {
        long length;
        try {
            length = Varint.decodeOrEnd(in);
        } catch (MalformedException malformed) {
            throw new ProtobufException(message + ": " + malformed.getMessage());
        }
        if (length < 0) {
            return null;
        }
        if (length > maxBytes) {
            throw new ProtobufException(message + ": " + length + " bytes, more than the limit of " + maxBytes);
        }
        return readFully(message, in, (int) length, memory);
    }

    /**
     * Reads so many bytes; blocks. Room for all of them is taken when a sixteenth has come, and for no more than that
     * before.
     *
     * @param message name of the message for errors
     * @throws EOFException if the stream ends before
     */
    public static byte[] readFully(String message, InputStream in, int length) throws IOException {
        return readFully(message, in, length, null);
    }

    /**
     * As {@link #readFully(String, InputStream, int)}, and charges the memory when it is taken.
     *
     * @param memory from which the room for the bytes is taken, or null
     */
    public static byte[] readFully(String message, InputStream in, int length, @Nullable Memory memory)
            throws IOException {
        byte[] bytes = new byte[0];
        int read = 0;
        while (read < length) {
            if (read == bytes.length) {
                long room = Math.max(SMALL, read * (long) TRUST);
                int taken = (int) Math.min(room, length);
                if (memory != null) {
                    memory.take(taken - bytes.length);
                }
                bytes = Arrays.copyOf(bytes, taken);
            }
            int count = in.readNBytes(bytes, read, bytes.length - read);
            if (count == 0) {
                throw new EOFException(message + ": the stream ends after " + read + " of " + length + " bytes");
            }
            read += count;
        }
        return bytes;
    }

    /**
     * As {@link #readOrEnd}, but the message must be there.
     *
     * @throws EOFException if the stream ends before or inside the message
     */
    public static byte[] read(String message, InputStream in, int maxBytes) throws IOException {
        byte[] bytes = readOrEnd(message, in, maxBytes);
        if (bytes == null) {
            throw new EOFException(message + ": the stream ends before it");
        }
        return bytes;
    }

    /** The message with its length before it. */
    public static byte[] frame(byte[] message) {
        ByteBuffer frame = ByteBuffer.allocate(Varint.size(message.length) + message.length);
        Varint.encode(message.length, frame);
        return frame.put(message).array();
    }

    /** Writes length and message at once; blocks. */
    public static void write(OutputStream out, byte[] message) throws IOException {
        out.write(frame(message));
    }
}
