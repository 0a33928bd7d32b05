package libp2p.testkit.oracle;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The fields of a protobuf message, in their order; fields of fixed size are left out. The bytes of a field are copied when it
 * is asked for, since most messages are large in fields that no oracle reads.
 */
final class Fields {
    private static final int VARINT = 0;
    private static final int FIXED_64 = 1;
    private static final int BYTES = 2;
    private static final int FIXED_32 = 5;

    private record Field(int number, long value, int from, int to) {}

    private final byte[] message;
    private final List<Field> fields = new ArrayList<>();

    /** @throws IllegalArgumentException if the bytes are not a message */
    Fields(byte[] message) {
        this.message = message;
        int[] at = {0};
        while (at[0] < message.length) {
            long tag = varint(message, at);
            int number = (int) (tag >>> 3);
            switch ((int) tag & 7) {
                case VARINT -> fields.add(new Field(number, varint(message, at), 0, 0));
                case BYTES -> {
                    long length = varint(message, at);
                    if (length < 0 || length > message.length - at[0]) {
                        throw new IllegalArgumentException("a field leads beyond its message");
                    }
                    int end = at[0] + (int) length;
                    fields.add(new Field(number, 0, at[0], end));
                    at[0] = end;
                }
                case FIXED_64 -> at[0] += Long.BYTES;
                case FIXED_32 -> at[0] += Integer.BYTES;
                default -> throw new IllegalArgumentException("a wire type that does not exist");
            }
        }
    }

    private static long varint(byte[] bytes, int[] at) {
        return varint(bytes, at, bytes.length);
    }

    /** Reads an unsigned varint in front of an end, and moves the position behind it. */
    static long varint(byte[] bytes, int[] at, int end) {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            if (at[0] >= end) {
                throw new IllegalArgumentException("a varint is cut");
            }
            byte next = bytes[at[0]++];
            value |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a varint is too long");
    }

    /** The last number in a field, or the default. */
    long number(int field, long otherwise) {
        long found = otherwise;
        for (Field each : fields) {
            found = each.number == field ? each.value : found;
        }
        return found;
    }

    /** The last bytes in a field, empty if there are none. */
    byte[] bytes(int field) {
        List<byte[]> all = all(field);
        return all.isEmpty() ? new byte[0] : all.getLast();
    }

    String text(int field) {
        return new String(bytes(field), StandardCharsets.UTF_8);
    }

    /** The bytes of a field that may be there many times. */
    List<byte[]> all(int field) {
        return fields.stream()
                .filter(each -> each.number == field)
                .map(each -> Arrays.copyOfRange(message, each.from, each.to))
                .toList();
    }

    /** The messages in a field that may be there many times. */
    List<Fields> messages(int field) {
        return all(field).stream().map(Fields::new).toList();
    }

    boolean has(int field) {
        return fields.stream().anyMatch(each -> each.number == field);
    }
}
