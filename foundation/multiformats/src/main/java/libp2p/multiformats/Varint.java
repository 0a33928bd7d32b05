package libp2p.multiformats;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Unsigned varints: seven bits a byte, least significant first, at most {@link MultiformatsLimits#VARINT_BYTES} bytes, in the
 * shortest form only (<a href="https://github.com/multiformats/unsigned-varint">unsigned-varint</a>). Values are 0 to
 * {@link Long#MAX_VALUE}; since every value has exactly one encoding, {@code size(value)} is also how many bytes a
 * decoder has consumed.
 */
public final class Varint {
    private Varint() {}

    /**
     * Number of bytes that the value takes.
     *
     * @param value 0 or more
     * @return 1 to 9
     * @throws IllegalArgumentException if the value is negative
     */
    public static int size(long value) {
        requireUnsigned(value);
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /**
     * Encodes into a new array.
     *
     * @param value 0 or more
     * @return 1 to 9 bytes
     * @throws IllegalArgumentException if the value is negative
     */
    public static byte[] encode(long value) {
        byte[] out = new byte[size(value)];
        encode(value, out, 0);
        return out;
    }

    /**
     * Encodes into an array.
     *
     * @param value 0 or more
     * @param out where to write
     * @param at index of the first byte
     * @return index after the last byte
     * @throws IllegalArgumentException if the value is negative
     * @throws IndexOutOfBoundsException if it does not fit; nothing is written then
     */
    public static int encode(long value, byte[] out, int at) {
        int size = size(value);
        Objects.checkFromIndexSize(at, size, out.length);
        int next = at;
        long rest = value;
        while (rest >= 0x80) {
            out[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[next++] = (byte) rest;
        return next;
    }

    /**
     * Encodes at the buffer's position and moves it on.
     *
     * @param value 0 or more
     * @param out where to write
     * @throws IllegalArgumentException if the value is negative
     * @throws java.nio.BufferOverflowException if it does not fit
     */
    public static void encode(long value, ByteBuffer out) {
        requireUnsigned(value);
        long rest = value;
        while (rest >= 0x80) {
            out.put((byte) (rest | 0x80));
            rest >>>= 7;
        }
        out.put((byte) rest);
    }

    /**
     * Encodes to a stream.
     *
     * @param value 0 or more
     * @param out where to write, in one call
     * @throws IllegalArgumentException if the value is negative
     * @throws IOException from the stream
     */
    public static void encode(long value, OutputStream out) throws IOException {
        out.write(encode(value));
    }

    /**
     * Decodes a varint that fills the whole array.
     *
     * @param in the encoding
     * @return the value
     * @throws MalformedException if it is truncated, too long, not minimal, or followed by more bytes
     */
    public static long decode(byte[] in) {
        long value = decode(in, 0, in.length);
        if (size(value) != in.length) {
            throw new MalformedException("varint: " + (in.length - size(value)) + " bytes after the end");
        }
        return value;
    }

    /**
     * Decodes the varint that starts at an index; it ends at {@code from + size(value)}.
     *
     * @param in where to read
     * @param from index of the first byte
     * @param to index after the last byte that may be read
     * @return the value
     * @throws MalformedException if it is truncated, too long or not minimal
     */
    public static long decode(byte[] in, int from, int to) {
        long value = 0;
        int shift = 0;
        for (int i = from; i < to; i++) {
            byte b = in[i];
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                return checkedLast(value, b, shift, i);
            }
            shift = nextShift(shift, i);
        }
        throw truncated(to);
    }

    /**
     * Decodes at the buffer's position and moves it on; after an exception the position is unchanged.
     *
     * @param in where to read
     * @return the value
     * @throws MalformedException if it is truncated, too long or not minimal
     */
    public static long decode(ByteBuffer in) {
        long value = decodeIfComplete(in);
        if (value < 0) {
            throw truncated(in.limit());
        }
        return value;
    }

    /**
     * Decodes at the buffer's position if the whole varint has arrived. The position moves on only then.
     *
     * @param in where to read
     * @return the value, or -1 if more bytes are needed
     * @throws MalformedException if it is too long or not minimal
     */
    public static long decodeIfComplete(ByteBuffer in) {
        long value = 0;
        int shift = 0;
        for (int i = in.position(); i < in.limit(); i++) {
            byte b = in.get(i);
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                checkedLast(value, b, shift, i);
                in.position(i + 1);
                return value;
            }
            shift = nextShift(shift, i);
        }
        return -1;
    }

    /**
     * Reads a varint byte by byte, never more than belongs to it. Blocks as the stream does.
     *
     * @param in where to read
     * @return the value
     * @throws MalformedException if it is too long or not minimal
     * @throws EOFException if the stream ends before the varint does
     * @throws IOException from the stream
     */
    public static long decode(InputStream in) throws IOException {
        long value = decodeOrEnd(in);
        if (value < 0) {
            throw new EOFException("varint: the stream ended before it");
        }
        return value;
    }

    /**
     * Like {@link #decode(InputStream)}, for streams that may end cleanly where the varint would begin.
     *
     * @param in where to read
     * @return the value, or -1 if the stream had ended
     * @throws MalformedException if it is too long or not minimal
     * @throws EOFException if the stream ends within the varint
     * @throws IOException from the stream
     */
    public static long decodeOrEnd(InputStream in) throws IOException {
        long value = 0;
        int shift = 0;
        for (int i = 0; ; i++) {
            int read = in.read();
            if (read < 0) {
                if (i == 0) {
                    return -1;
                }
                throw new EOFException("varint: the stream ended after " + i + " bytes of it");
            }
            value |= (read & 0x7fL) << shift;
            if (read < 0x80) {
                return checkedLast(value, (byte) read, shift, i);
            }
            shift = nextShift(shift, i);
        }
    }

    private static long checkedLast(long value, byte last, int shift, int at) {
        if (last == 0 && shift > 0) {
            throw new MalformedException("varint: not in its shortest form, zero byte at index " + at);
        }
        return value;
    }

    private static int nextShift(int shift, int at) {
        if (shift == 7 * (MultiformatsLimits.VARINT_BYTES - 1)) {
            throw new MalformedException(
                    "varint: longer than " + MultiformatsLimits.VARINT_BYTES + " bytes at index " + at);
        }
        return shift + 7;
    }

    private static MalformedException truncated(int at) {
        return new MalformedException("varint: truncated at index " + at);
    }

    private static void requireUnsigned(long value) {
        if (value < 0) {
            throw new IllegalArgumentException("varint: negative value " + value);
        }
    }
}
