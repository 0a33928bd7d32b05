package libp2p.kad.message;

import java.util.Arrays;
import java.util.HexFormat;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import org.jspecify.annotations.Nullable;

/**
 * A value under its key.
 *
 * @param key for example {@code /ipns/} and the bytes of a name
 * @param value for the validator of the namespace
 * @param timeReceived when the sender got it, in RFC 3339, or empty; no receiver has to believe it
 */
public record KadRecord(byte[] key, byte[] value, String timeReceived) {
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int TIME_RECEIVED = 5;
    private static final int TIME_BYTES = 64;

    /** A record without a time. */
    public static KadRecord of(byte[] key, byte[] value) {
        return new KadRecord(key, value, "");
    }

    static KadRecord decode(ProtobufReader outer, MessageLimits limits) throws ProtobufException {
        ProtobufReader in = outer.message("Kademlia record");
        byte[] key = {};
        byte[] value = {};
        String time = "";
        while (in.next()) {
            switch (in.field()) {
                case KEY -> key = in.bytes(limits.keyBytes());
                case VALUE -> value = in.bytes(limits.valueBytes());
                case TIME_RECEIVED -> time = in.string(TIME_BYTES);
                default -> in.skip();
            }
        }
        return new KadRecord(key, value, time);
    }

    void encode(ProtobufWriter out) {
        out.bytes(KEY, key).bytes(VALUE, value);
        if (!timeReceived.isEmpty()) {
            out.string(TIME_RECEIVED, timeReceived);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof KadRecord record
                && Arrays.equals(key, record.key)
                && Arrays.equals(value, record.value)
                && timeReceived.equals(record.timeReceived);
    }

    @Override
    public int hashCode() {
        return 31 * Arrays.hashCode(key) + Arrays.hashCode(value);
    }

    @Override
    public String toString() {
        return "KadRecord[" + HexFormat.of().formatHex(key) + ", " + value.length + " bytes]";
    }
}
