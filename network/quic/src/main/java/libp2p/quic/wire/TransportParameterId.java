package libp2p.quic.wire;

import org.jspecify.annotations.Nullable;

/** Transport parameters (RFC 9000, section 18.2; RFC 9221; RESET_STREAM_AT). */
public enum TransportParameterId {
    /**
     * {@code original_destination_connection_id}: the destination of the client's first Initial; only from a server.
     */
    ORIGINAL_DESTINATION_CONNECTION_ID(0x00, Kind.CONNECTION_ID, 0),
    /** {@code max_idle_timeout} in milliseconds; 0 is none. */
    MAX_IDLE_TIMEOUT(0x01, Kind.NUMBER, 0),
    /** {@code stateless_reset_token} of 16 bytes; only from a server. */
    STATELESS_RESET_TOKEN(0x02, Kind.TOKEN, 0),
    /** {@code max_udp_payload_size} in bytes, at least 1,200. */
    MAX_UDP_PAYLOAD_SIZE(0x03, Kind.NUMBER, 65527),
    /** {@code initial_max_data}: bytes over all streams. */
    INITIAL_MAX_DATA(0x04, Kind.NUMBER, 0),
    /**
     * {@code initial_max_stream_data_bidi_local}: bytes on a bidirectional stream that the sender of the parameter
     * opens.
     */
    INITIAL_MAX_STREAM_DATA_BIDI_LOCAL(0x05, Kind.NUMBER, 0),
    /** {@code initial_max_stream_data_bidi_remote}: bytes on a bidirectional stream that its receiver opens. */
    INITIAL_MAX_STREAM_DATA_BIDI_REMOTE(0x06, Kind.NUMBER, 0),
    /** {@code initial_max_stream_data_uni}: bytes on a unidirectional stream that its receiver opens. */
    INITIAL_MAX_STREAM_DATA_UNI(0x07, Kind.NUMBER, 0),
    /** {@code initial_max_streams_bidi}: bidirectional streams that its receiver may open. */
    INITIAL_MAX_STREAMS_BIDI(0x08, Kind.NUMBER, 0),
    /** {@code initial_max_streams_uni}: unidirectional streams that its receiver may open. */
    INITIAL_MAX_STREAMS_UNI(0x09, Kind.NUMBER, 0),
    /** {@code ack_delay_exponent}: the power of two by which ACK delays are scaled, at most 20. */
    ACK_DELAY_EXPONENT(0x0a, Kind.NUMBER, 3),
    /** {@code max_ack_delay} in milliseconds, below 2^14. */
    MAX_ACK_DELAY(0x0b, Kind.NUMBER, 25),
    /** {@code disable_active_migration}. */
    DISABLE_ACTIVE_MIGRATION(0x0c, Kind.FLAG, 0),
    /** {@code preferred_address}; only from a server, and not used here. */
    PREFERRED_ADDRESS(0x0d, Kind.OPAQUE, 0),
    /** {@code active_connection_id_limit}: connection ids that the sender keeps, at least 2. */
    ACTIVE_CONNECTION_ID_LIMIT(0x0e, Kind.NUMBER, 2),
    /** {@code initial_source_connection_id}: the source id of the sender's first Initial. */
    INITIAL_SOURCE_CONNECTION_ID(0x0f, Kind.CONNECTION_ID, 0),
    /** {@code retry_source_connection_id}: the source id of the Retry; only from a server that sent one. */
    RETRY_SOURCE_CONNECTION_ID(0x10, Kind.CONNECTION_ID, 0),
    /** {@code reset_stream_at}: RESET_STREAM_AT frames are understood. */
    RESET_STREAM_AT(0x1d, Kind.FLAG, 0),
    /** {@code max_datagram_frame_size} in bytes (RFC 9221); 0 is none. */
    MAX_DATAGRAM_FRAME_SIZE(0x20, Kind.NUMBER, 0),
    /** {@code grease_quic_bit} (RFC 9287): packets with a cleared fixed bit are taken. */
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

    private static final TransportParameterId[] ALL = values();
    static final int COUNT = ALL.length;

    private final long number;
    private final Kind kind;
    private final long absent;

    TransportParameterId(long number, Kind kind, long absent) {
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

    static @Nullable TransportParameterId of(long number) {
        for (TransportParameterId parameter : ALL) {
            if (parameter.number == number) {
                return parameter;
            }
        }
        return null;
    }
}
