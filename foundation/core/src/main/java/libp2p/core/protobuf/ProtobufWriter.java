package libp2p.core.protobuf;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

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
 * Bytes come out in the order of the calls, with the shortest varints. One thread at a time; never blocks.
 */
public final class ProtobufWriter {
    private static final int MAX_FIELD_NUMBER = (1 << 29) - 1;
    private static final int MAX_VARINT = 10;

    private byte[] out = new byte[128];
    private int size;

    /** A writer of an empty message. */
    public ProtobufWriter() {}

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
        ensure(4);
        for (int shift = 0; shift < 32; shift += 8) {
            out[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Writes a {@code fixed64}. */
    public ProtobufWriter fixed64(int field, long value) {
        tag(field, WireType.FIXED64);
        ensure(8);
        for (int shift = 0; shift < 64; shift += 8) {
            out[size++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Writes a {@code double}. */
    public ProtobufWriter float64(int field, double value) {
        return fixed64(field, Double.doubleToLongBits(value));
    }

    /** Writes a {@code bytes} value. */
    public ProtobufWriter bytes(int field, byte[] value) {
        return bytes(field, ByteBuffer.wrap(value));
    }

    /** Writes the remaining bytes of a buffer, whose position stays. */
    public ProtobufWriter bytes(int field, ByteBuffer value) {
        int length = value.remaining();
        tag(field, WireType.LENGTH);
        varint(length);
        ensure(length);
        value.get(value.position(), out, size, length);
        size += length;
        return this;
    }

    /** Writes a {@code string}. */
    public ProtobufWriter string(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /** Writes a message; the body must use only the writer it is given. */
    public ProtobufWriter message(int field, Consumer<ProtobufWriter> body) {
        ProtobufWriter inner = new ProtobufWriter();
        body.accept(inner);
        return bytes(field, ByteBuffer.wrap(inner.out, 0, inner.size));
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
        ensure(MAX_VARINT);
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            out[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        out[size++] = (byte) rest;
    }

    private void ensure(int more) {
        int needed = Math.addExact(size, more);
        if (needed > out.length) {
            out = Arrays.copyOf(out, (int) Math.min(Integer.MAX_VALUE - 8L, Math.max(needed, out.length * 2L)));
        }
    }
}
