package libp2p.core.protobuf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;
import libp2p.multiformats.Varint;
import org.jspecify.annotations.Nullable;

/**
 * Builds one message in memory:
 *
 * <pre>{@code
 * byte[] record = new ProtobufWriter()
 *         .bytes(1, id)
 *         .uint64(2, sequence)
 *         .message(3, address -> address.bytes(1, multiaddr))
 *         .toByteArray();
 * }</pre>
 *
 * <p>Every call writes its field, zero and empty values too; a caller who wants proto3's habit leaves the call out.
 * Bytes come out in the order of the calls, with the shortest varints. A message that is large or made often is written by
 * {@link #encode(Consumer)}, which finds its size first and makes no other array. One thread at a time; never blocks.
 */
public final class ProtobufWriter {
    private static final int MAX_FIELD_NUMBER = (1 << 29) - 1;
    private static final byte[] NO_BYTES = {};

    private byte[] out;
    private int size;
    /** The sizes of inner messages, or null where they are not known before. */
    private final @Nullable InnerSizes inner;

    /** A writer of an empty message. */
    public ProtobufWriter() {
        this(new byte[128], 0, null);
    }

    private ProtobufWriter(byte[] out, int size, @Nullable InnerSizes inner) {
        this.out = out;
        this.size = size;
        this.inner = inner;
    }

    /** The number of bytes that a body writes. */
    public static int sizeOf(Consumer<ProtobufWriter> body) {
        return counted(new InnerSizes(), body);
    }

    /** A message in an array of its size. The body runs twice and must write the same each time. */
    public static byte[] encode(Consumer<ProtobufWriter> body) {
        return encode(NO_BYTES, body);
    }

    /** As {@link #encode(Consumer)}, after bytes that are no part of the message. */
    public static byte[] encode(byte[] before, Consumer<ProtobufWriter> body) {
        InnerSizes inner = new InnerSizes();
        byte[] out = Arrays.copyOf(before, Math.addExact(before.length, counted(inner, body)));
        return filled(out, before.length, inner, body);
    }

    /** As {@link #encode(Consumer)}, after the length of the message: what {@link Delimited#frame} makes of it. */
    public static byte[] delimited(Consumer<ProtobufWriter> body) {
        InnerSizes inner = new InnerSizes();
        int length = counted(inner, body);
        byte[] out = new byte[Math.addExact(Varint.size(length), length)];
        return filled(out, Varint.encode(length, out, 0), inner, body);
    }

    private static int counted(InnerSizes inner, Consumer<ProtobufWriter> body) {
        ProtobufWriter counter = new ProtobufWriter(NO_BYTES, 0, inner);
        body.accept(counter);
        inner.known();
        return counter.size;
    }

    private static byte[] filled(byte[] out, int from, InnerSizes inner, Consumer<ProtobufWriter> body) {
        ProtobufWriter writer = new ProtobufWriter(out, from, inner);
        body.accept(writer);
        if (writer.size != out.length) {
            throw new IllegalStateException("a body that does not write the same again");
        }
        return out;
    }

    /** Writes a {@code uint64}, or a {@code uint32} or {@code int64}, which look the same. */
    public ProtobufWriter uint64(int field, long value) {
        tag(field, WireType.VARINT);
        varint(value);
        return this;
    }

    /** Writes an {@code int32}; negative ones take ten bytes. */
    public ProtobufWriter int32(int field, int value) {
        return uint64(field, value);
    }

    /** Writes a {@code sint64} (zigzag). */
    public ProtobufWriter sint64(int field, long value) {
        return uint64(field, value << 1 ^ value >> 63);
    }

    /** Writes a {@code bool}. */
    public ProtobufWriter bool(int field, boolean value) {
        return uint64(field, value ? 1 : 0);
    }

    /** Writes the number of an {@code enum} value. */
    public ProtobufWriter enumeration(int field, int number) {
        return uint64(field, number);
    }

    /** Writes a {@code fixed32}. */
    public ProtobufWriter fixed32(int field, int value) {
        tag(field, WireType.FIXED32);
        if (hasRoom(4)) {
            for (int shift = 0; shift < 32; shift += 8) {
                out[size++] = (byte) (value >>> shift);
            }
        }
        return this;
    }

    /** Writes a {@code fixed64}. */
    public ProtobufWriter fixed64(int field, long value) {
        tag(field, WireType.FIXED64);
        if (hasRoom(8)) {
            for (int shift = 0; shift < 64; shift += 8) {
                out[size++] = (byte) (value >>> shift);
            }
        }
        return this;
    }

    /** Writes a {@code double}. */
    public ProtobufWriter float64(int field, double value) {
        return fixed64(field, Double.doubleToLongBits(value));
    }

    /** Writes a {@code bytes} value. */
    public ProtobufWriter bytes(int field, byte[] value) {
        tag(field, WireType.LENGTH);
        varint(value.length);
        if (hasRoom(value.length)) {
            System.arraycopy(value, 0, out, size, value.length);
            size += value.length;
        }
        return this;
    }

    /** Writes the remaining bytes of a buffer, whose position stays. */
    public ProtobufWriter bytes(int field, ByteBuffer value) {
        int length = value.remaining();
        tag(field, WireType.LENGTH);
        varint(length);
        if (hasRoom(length)) {
            value.get(value.position(), out, size, length);
            size += length;
        }
        return this;
    }

    /** Writes a {@code string}. */
    public ProtobufWriter string(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a message; the body must use only the writer it is given. */
    public ProtobufWriter message(int field, Consumer<ProtobufWriter> body) {
        tag(field, WireType.LENGTH);
        if (inner == null) {
            insert(body);
        } else if (inner.areKnown()) {
            varint(inner.next());
            body.accept(this);
        } else {
            int place = inner.begin();
            int from = size;
            body.accept(this);
            int length = size - from;
            inner.end(place, length);
            varint(length);
        }
        return this;
    }

    /** Writes a message behind room for a short length, and moves it if its length is longer. */
    private void insert(Consumer<ProtobufWriter> body) {
        ensure(1);
        int from = ++size;
        body.accept(this);
        int length = size - from;
        int longer = Varint.size(length) - 1;
        if (longer > 0) {
            ensure(longer);
            System.arraycopy(out, from, out, from + longer, length);
            size += longer;
        }
        Varint.encode(length, out, from - 1);
    }

    /** Number of bytes written. */
    public int size() {
        return size;
    }

    /** The message, in a new array. */
    public byte[] toByteArray() {
        return Arrays.copyOf(out, size);
    }

    private void tag(int field, int wireType) {
        if (field < 1 || field > MAX_FIELD_NUMBER) {
            throw new IllegalArgumentException("protobuf field number " + field + " is out of range");
        }
        varint((long) field << 3 | wireType);
    }

    private void varint(long value) {
        int length = (70 - Long.numberOfLeadingZeros(value | 1)) / 7; // of 64 bits, unsigned
        if (!hasRoom(length)) {
            return;
        }
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[size++] = (byte) rest;
    }

    /** Whether bytes are to be written, for which there is room then; if not, they are counted. */
    private boolean hasRoom(int more) {
        if (inner != null && !inner.areKnown()) {
            size = Math.addExact(size, more);
            return false;
        }
        ensure(more);
        return true;
    }

    private void ensure(int more) {
        int needed = Math.addExact(size, more);
        if (needed > out.length) {
            out = Arrays.copyOf(out, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, out.length * 2L)));
        }
    }
}
