package libp2p.core.protobuf;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.function.LongConsumer;

/**
 * Reads one message field by field:
 *
 * <pre>{@code
 * ProtobufReader in = ProtobufReader.of("PeerRecord", bytes, Limits.RECORD_BYTES, Limits.RECORD_FIELDS);
 * while (in.next()) {
 *     switch (in.field()) {
 *         case 1 -> id = in.bytes(Limits.ID_BYTES);
 *         case 2 -> sequence = in.uint64();
 *         default -> in.skip();
 *     }
 * }
 * }</pre>
 *
 * <p>After {@link #next} exactly one method takes the value. Fields may come in any order and more than once; the
 * caller decides what that means (usually the last one counts). A wire type other than the schema's is an error, groups
 * are refused, known or not. The number of fields is counted over a message and all messages inside it, so that a small
 * frame cannot become many objects. One thread at a time; never blocks.
 */
public final class ProtobufReader {
    private static final int MAX_FIELD_NUMBER = (1 << 29) - 1;
    private static final char REPLACEMENT = '\uFFFD';

    private final String message;
    private final ByteBuffer in;
    private final int base;
    private final Budget budget;
    private int field;
    private int wireType;
    private boolean pending;

    private static final class Budget {
        final int fields;
        int used;

        Budget(int fields) {
            this.fields = fields;
        }
    }

    private ProtobufReader(String message, ByteBuffer in, int base, Budget budget) {
        this.message = message;
        this.in = in;
        this.base = base;
        this.budget = budget;
    }

    /**
     * A reader over an array, which must not change while it is used.
     *
     * @param message name of the message for errors
     * @param maxBytes how long the message may be
     * @param maxFields how many fields it may have, those of messages inside it included
     * @throws ProtobufException if the message is longer
     */
    public static ProtobufReader of(String message, byte[] bytes, int maxBytes, int maxFields)
            throws ProtobufException {
        return of(message, ByteBuffer.wrap(bytes), maxBytes, maxFields);
    }

    /** As {@link #of(String, byte[], int, int)}, over the remaining bytes of a buffer, whose position stays. */
    public static ProtobufReader of(String message, ByteBuffer bytes, int maxBytes, int maxFields)
            throws ProtobufException {
        if (bytes.remaining() > maxBytes) {
            throw new ProtobufException(
                    message + ": " + bytes.remaining() + " bytes, more than the limit of " + maxBytes);
        }
        // Read-only, so that the views of values are too.
        return new ProtobufReader(message, bytes.slice().asReadOnlyBuffer(), 0, new Budget(maxFields));
    }

    /**
     * Goes on to the next field.
     *
     * @return false at the end of the message
     * @throws ProtobufException if there are too many fields, or what follows is none
     * @throws IllegalStateException if the value of the last field was not taken
     */
    public boolean next() throws ProtobufException {
        if (pending) {
            throw new IllegalStateException(message + ": the value of field " + field + " was not taken");
        }
        if (!in.hasRemaining()) {
            return false;
        }
        if (++budget.used > budget.fields) {
            throw error("more fields than the limit of " + budget.fields);
        }
        field = 0;
        long tag = varint();
        long number = tag >>> 3;
        if (number == 0 || number > MAX_FIELD_NUMBER) {
            throw error("field number " + Long.toUnsignedString(number) + " is out of range");
        }
        field = (int) number;
        wireType = (int) tag & 7;
        pending = true;
        return true;
    }

    /** The number of the current field. */
    public int field() {
        return field;
    }

    /** A {@code uint64}: 64 bits, unsigned. */
    public long uint64() throws ProtobufException {
        take(WireType.VARINT);
        return varint();
    }

    /** An {@code int64}. */
    public long int64() throws ProtobufException {
        return uint64();
    }

    /** A {@code uint32}, 0 to 2³² − 1. */
    public long uint32() throws ProtobufException {
        long value = uint64();
        if (value >>> 32 != 0) {
            throw error(Long.toUnsignedString(value) + " is no 32-bit number");
        }
        return value;
    }

    /** An {@code int32}, or the number of an {@code enum} value, known or not. */
    public int int32() throws ProtobufException {
        long value = uint64();
        if (value != (int) value) {
            throw error(value + " is no 32-bit number");
        }
        return (int) value;
    }

    /** A {@code sint64} (zigzag). */
    public long sint64() throws ProtobufException {
        long value = uint64();
        return value >>> 1 ^ -(value & 1);
    }

    /** A {@code bool}; every number but 0 is true. */
    public boolean bool() throws ProtobufException {
        return uint64() != 0;
    }

    /** A {@code fixed32}, {@code sfixed32} or the bits of a {@code float}. */
    public int fixed32() throws ProtobufException {
        take(WireType.FIXED32);
        return Integer.reverseBytes(in.getInt(passed(4)));
    }

    /** A {@code fixed64}, {@code sfixed64} or the bits of a {@code double}. */
    public long fixed64() throws ProtobufException {
        take(WireType.FIXED64);
        return Long.reverseBytes(in.getLong(passed(8)));
    }

    /** A {@code double}. */
    public double float64() throws ProtobufException {
        return Double.longBitsToDouble(fixed64());
    }

    /** One {@code uint64} of a repeated field, or all of them if they are packed; each counts as a field. */
    public void uint64s(LongConsumer values) throws ProtobufException {
        if (wireType != WireType.LENGTH) {
            values.accept(uint64());
            return;
        }
        ProtobufReader packed = message(message);
        packed.field = field;
        while (packed.in.hasRemaining()) {
            if (++budget.used > budget.fields) {
                throw packed.error("more fields than the limit of " + budget.fields);
            }
            values.accept(packed.varint());
        }
    }

    /**
     * A {@code bytes} value, copied.
     *
     * @param max how many bytes it may have
     */
    public byte[] bytes(int max) throws ProtobufException {
        byte[] bytes = new byte[length(max)];
        in.get(bytes);
        return bytes;
    }

    /** A {@code bytes} value as a read-only view of the message's bytes. */
    public ByteBuffer view(int max) throws ProtobufException {
        int length = length(max);
        return in.slice(passed(length), length);
    }

    /**
     * A {@code string} value; must be valid UTF-8.
     *
     * @param max how many bytes it may have
     */
    public String string(int max) throws ProtobufException {
        byte[] bytes = bytes(max);
        String text = new String(bytes, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) { // stands for malformed bytes, unless it was sent
            requireUtf8(bytes);
        }
        return text;
    }

    private void requireUtf8(byte[] bytes) throws ProtobufException {
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
        } catch (CharacterCodingException malformed) {
            throw error("not valid UTF-8");
        }
    }

    /**
     * A reader for the message that is the value; its fields count against the limit of this one.
     *
     * @param name name of the inner message for errors
     */
    public ProtobufReader message(String name) throws ProtobufException {
        return message(name, Integer.MAX_VALUE);
    }

    /** As {@link #message(String)}, of no more bytes than so many. */
    public ProtobufReader message(String name, int max) throws ProtobufException {
        int length = length(max);
        int start = base + in.position();
        return new ProtobufReader(name, in.slice(passed(length), length), start, budget);
    }

    /** Passes over the value of a field that is not known. */
    public void skip() throws ProtobufException {
        switch (wireType) {
            case WireType.VARINT -> uint64();
            case WireType.FIXED64 -> fixed64();
            case WireType.LENGTH -> passed(length(Integer.MAX_VALUE));
            case WireType.FIXED32 -> fixed32();
            default -> throw error(WireType.name(wireType) + " is not supported");
        }
    }

    /** An error at the current field, for what the caller finds wrong with its value. */
    public ProtobufException error(String what) {
        String where = field == 0 ? message : message + " field " + field;
        return new ProtobufException(where + ": " + what + " (at offset " + (base + in.position()) + ")");
    }

    private void take(int expected) throws ProtobufException {
        if (!pending) {
            throw new IllegalStateException(message + ": there is no value to take");
        }
        if (wireType != expected) {
            throw error(WireType.name(wireType) + " value where " + WireType.name(expected) + " is expected");
        }
        pending = false;
    }

    private int length(int max) throws ProtobufException {
        take(WireType.LENGTH);
        long length = varint();
        if (length < 0 || length > in.remaining()) {
            throw error(
                    "a value of " + Long.toUnsignedString(length) + " bytes, but only " + in.remaining() + " follow");
        }
        if (length > max) {
            throw error("a value of " + length + " bytes, more than the limit of " + max);
        }
        return (int) length;
    }

    /** Goes on behind so many bytes; returns where they begin. */
    private int passed(int length) throws ProtobufException {
        if (length > in.remaining()) {
            throw error("the message ends inside a value");
        }
        int from = in.position();
        in.position(from + length);
        return from;
    }

    private long varint() throws ProtobufException {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (!in.hasRemaining()) {
                throw error("the message ends inside a varint");
            }
            byte b = in.get();
            value |= (b & 0x7fL) << shift;
            if (b >= 0) {
                if (shift == 63 && b > 1) {
                    throw error("a varint of more than 64 bits");
                }
                return value;
            }
        }
        throw error("a varint of more than 10 bytes");
    }
}
