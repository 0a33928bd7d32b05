package libp2p.quic.wire;

import java.io.ByteArrayOutputStream;
import java.util.HashSet;
import java.util.Set;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/** The transport parameters of one side (RFC 9000, section 18). One thread at a time. */
public final class TransportParameters {
    private static final int LIMIT = 64;
    private static final int MIN_UDP_PAYLOAD = 1200;
    private static final int MAX_ACK_DELAY_EXPONENT = 20;
    private static final int MAX_ACK_DELAY = 1 << 14;
    private static final int MIN_CONNECTION_IDS = 2;
    private static final int RESET_TOKEN = 16;
    /** Addresses and ports of two families, a connection id of one byte, a token. */
    private static final int MIN_PREFERRED_ADDRESS = 4 + 2 + 16 + 2 + 1 + 1 + RESET_TOKEN;

    private static final long[] NO_NUMBERS = {};
    private static final byte[][] NO_BYTES = {};

    /** The parameters that are set, a bit for each. */
    private long present;

    private long[] numbers = NO_NUMBERS;
    private byte[] @Nullable [] bytes = NO_BYTES;

    /** Sets a number. */
    public TransportParameters put(TransportParameterId parameter, long value) {
        if (numbers.length == 0) {
            numbers = new long[TransportParameterId.COUNT];
        }
        numbers[parameter.ordinal()] = value;
        present |= 1L << parameter.ordinal();
        return this;
    }

    /** Sets a parameter that has no value. */
    public TransportParameters put(TransportParameterId parameter) {
        return put(parameter, new byte[0]);
    }

    /** Sets a parameter to a connection id. */
    public TransportParameters put(TransportParameterId parameter, ConnectionId id) {
        return put(parameter, id.toBytes());
    }

    /** Sets a parameter to bytes, which are copied. */
    public TransportParameters put(TransportParameterId parameter, byte[] value) {
        if (bytes.length == 0) {
            bytes = new byte[TransportParameterId.COUNT][];
        }
        bytes[parameter.ordinal()] = value.clone();
        present |= 1L << parameter.ordinal();
        return this;
    }

    /** Ids and tokens are checked: they are forgotten, so that a connection need not keep them. Flags stay. */
    public void forgetIds() {
        bytes = NO_BYTES;
    }

    /** The value of a number, or what stands for it if it is absent. */
    public long number(TransportParameterId parameter) {
        boolean isNumber = parameter.kind() == TransportParameterId.Kind.NUMBER;
        return isNumber && has(parameter) ? numbers[parameter.ordinal()] : parameter.absent();
    }

    /** Hands over the numbers that were set or received, in the order of {@link TransportParameterId}. */
    public void forEachNumber(ObjLongConsumer<TransportParameterId> consumer) {
        for (TransportParameterId parameter : TransportParameterId.values()) {
            if (parameter.kind() == TransportParameterId.Kind.NUMBER && has(parameter)) {
                consumer.accept(parameter, number(parameter));
            }
        }
    }

    /** Whether the parameter was set or received. */
    public boolean has(TransportParameterId parameter) {
        return (present >>> parameter.ordinal() & 1) != 0;
    }

    /** The value of a connection id, or null if it is absent. */
    public @Nullable ConnectionId id(TransportParameterId parameter) {
        byte[] value = value(parameter);
        return value == null ? null : ConnectionId.of(value);
    }

    /** The value as it stands on the wire, or null if it is absent or a number. */
    public byte @Nullable [] bytes(TransportParameterId parameter) {
        byte[] value = value(parameter);
        return value == null ? null : value.clone();
    }

    private byte @Nullable [] value(TransportParameterId parameter) {
        return bytes.length == 0 ? null : bytes[parameter.ordinal()];
    }

    /** Whether the sender takes RESET_STREAM_AT, under either number. */
    public boolean takesResetStreamAt() {
        return has(TransportParameterId.RESET_STREAM_AT) || has(TransportParameterId.RESET_STREAM_AT_DRAFT);
    }

    /** The extension's content, in the order of {@link TransportParameterId} (RFC 9000, section 18). */
    public byte[] encode() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (TransportParameterId parameter : TransportParameterId.values()) {
            if (has(parameter) && parameter.kind() == TransportParameterId.Kind.NUMBER) {
                varint(out, parameter.number());
                varint(out, VarInt.length(number(parameter)));
                varint(out, number(parameter));
            }
        }
        for (TransportParameterId parameter : TransportParameterId.values()) {
            byte[] value = value(parameter);
            if (value != null) {
                varint(out, parameter.number());
                varint(out, value.length);
                out.writeBytes(value);
            }
        }
        return out.toByteArray();
    }

    private static void varint(ByteArrayOutputStream out, long value) {
        byte[] encoded = new byte[VarInt.MAX_LENGTH];
        out.write(encoded, 0, VarInt.write(encoded, 0, value));
    }

    /**
     * Reads what the remote has sent.
     *
     * @param fromServer whether the remote is the server
     * @throws TransportException TRANSPORT_PARAMETER_ERROR if it is malformed or out of range
     */
    public static TransportParameters decode(byte[] encoded, boolean fromServer) throws TransportException {
        try {
            TransportParameters parameters = new TransportParameters();
            parameters.read(new WireInput().reset(encoded, 0, encoded.length), fromServer);
            return parameters;
        } catch (TransportException malformed) {
            if (malformed.code() == TransportError.TRANSPORT_PARAMETER_ERROR) {
                throw malformed;
            }
            throw error("a parameter ends too early");
        }
    }

    private void read(WireInput in, boolean fromServer) throws TransportException {
        Set<Long> seen = new HashSet<>();
        while (in.hasRemaining()) {
            long number = in.varint();
            int length = in.length();
            if (!seen.add(number)) {
                throw error("parameter 0x" + Long.toHexString(number) + " is there twice");
            }
            if (seen.size() > LIMIT) {
                throw error("more than the limit of " + LIMIT + " parameters");
            }
            TransportParameterId parameter = TransportParameterId.of(number);
            byte[] value = in.copy(length);
            if (parameter != null) {
                if (parameter.isOfServer() && !fromServer) {
                    throw error(parameter + " is sent by a client");
                }
                take(parameter, value);
            }
        }
    }

    private void take(TransportParameterId parameter, byte[] value) throws TransportException {
        switch (parameter.kind()) {
            case NUMBER -> {
                WireInput in = new WireInput().reset(value, 0, value.length);
                long number = in.varint();
                if (in.hasRemaining() || !inRange(parameter, number)) {
                    throw error(parameter + " is malformed or out of range");
                }
                put(parameter, number);
            }
            case FLAG -> expect(parameter, value.length == 0);
            case CONNECTION_ID -> expect(parameter, value.length <= ConnectionId.MAX_LENGTH);
            case TOKEN -> expect(parameter, value.length == RESET_TOKEN);
            case OPAQUE -> expect(parameter, value.length >= MIN_PREFERRED_ADDRESS);
        }
        if (parameter.kind() != TransportParameterId.Kind.NUMBER) {
            put(parameter, value);
        }
    }

    private static boolean inRange(TransportParameterId parameter, long value) {
        return switch (parameter) {
            case MAX_UDP_PAYLOAD_SIZE -> value >= MIN_UDP_PAYLOAD;
            case ACK_DELAY_EXPONENT -> value <= MAX_ACK_DELAY_EXPONENT;
            case MAX_ACK_DELAY -> value < MAX_ACK_DELAY;
            case INITIAL_MAX_STREAMS_BIDI, INITIAL_MAX_STREAMS_UNI -> value <= 1L << 60;
            case ACTIVE_CONNECTION_ID_LIMIT -> value >= MIN_CONNECTION_IDS;
            default -> true;
        };
    }

    private static void expect(TransportParameterId parameter, boolean fits) throws TransportException {
        if (!fits) {
            throw error(parameter + " is malformed");
        }
    }

    private static TransportException error(String what) {
        return new TransportException(TransportError.TRANSPORT_PARAMETER_ERROR, what);
    }
}
