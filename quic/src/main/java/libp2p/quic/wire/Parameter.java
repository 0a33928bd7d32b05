package libp2p.quic.wire;

import org.jspecify.annotations.Nullable;

/** Transport parameters (RFC 9000, section 18.2; RFC 9221; RESET_STREAM_AT). */
public enum Parameter {
    ORIGINAL_DESTINATION_CONNECTION_ID(0x00, Kind.CONNECTION_ID, 0),
    MAX_IDLE_TIMEOUT(0x01, Kind.NUMBER, 0),
    STATELESS_RESET_TOKEN(0x02, Kind.TOKEN, 0),
    MAX_UDP_PAYLOAD_SIZE(0x03, Kind.NUMBER, 65527),
    INITIAL_MAX_DATA(0x04, Kind.NUMBER, 0),
    INITIAL_MAX_STREAM_DATA_BIDI_LOCAL(0x05, Kind.NUMBER, 0),
    INITIAL_MAX_STREAM_DATA_BIDI_REMOTE(0x06, Kind.NUMBER, 0),
    INITIAL_MAX_STREAM_DATA_UNI(0x07, Kind.NUMBER, 0),
    INITIAL_MAX_STREAMS_BIDI(0x08, Kind.NUMBER, 0),
    INITIAL_MAX_STREAMS_UNI(0x09, Kind.NUMBER, 0),
    ACK_DELAY_EXPONENT(0x0a, Kind.NUMBER, 3),
    MAX_ACK_DELAY(0x0b, Kind.NUMBER, 25),
    DISABLE_ACTIVE_MIGRATION(0x0c, Kind.FLAG, 0),
    PREFERRED_ADDRESS(0x0d, Kind.OPAQUE, 0),
    ACTIVE_CONNECTION_ID_LIMIT(0x0e, Kind.NUMBER, 2),
    INITIAL_SOURCE_CONNECTION_ID(0x0f, Kind.CONNECTION_ID, 0),
    RETRY_SOURCE_CONNECTION_ID(0x10, Kind.CONNECTION_ID, 0),
    RESET_STREAM_AT(0x1d, Kind.FLAG, 0),
    MAX_DATAGRAM_FRAME_SIZE(0x20, Kind.NUMBER, 0),
    GREASE_QUIC_BIT(0x2ab2, Kind.FLAG, 0),
    /** The number of RESET_STREAM_AT before it had one of its own. */
    RESET_STREAM_AT_DRAFT(0x17f7586d2cb571L, Kind.FLAG, 0);

    enum Kind {
        NUMBER,
        FLAG,
        CONNECTION_ID,
        TOKEN,
        OPAQUE
    }

    private static final Parameter[] ALL = values();
    static final int COUNT = ALL.length;

    private final long number;
    private final Kind kind;
    private final long absent;

    Parameter(long number, Kind kind, long absent) {
        this.number = number;
        this.kind = kind;
        this.absent = absent;
    }

    /** The number on the wire. */
    public long number() {
        return number;
    }

    Kind kind() {
        return kind;
    }

    /** The value if the parameter is not sent. */
    public long absent() {
        return absent;
    }

    /** Only servers send it. */
    boolean isOfServer() {
        return this == ORIGINAL_DESTINATION_CONNECTION_ID
                || this == STATELESS_RESET_TOKEN
                || this == PREFERRED_ADDRESS
                || this == RETRY_SOURCE_CONNECTION_ID;
    }

    static @Nullable Parameter of(long number) {
        for (Parameter parameter : ALL) {
            if (parameter.number == number) {
                return parameter;
            }
        }
        return null;
    }
}
