package libp2p.http3;

import java.nio.ByteBuffer;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** The settings of one side (RFC 9114, section 7.2.4), by their numbers; those that are not there have the value 0. */
public final class Settings {
    /** SETTINGS_MAX_FIELD_SECTION_SIZE: bytes of a field section as RFC 9114, section 4.2.2 counts them. */
    public static final long MAX_FIELD_SECTION_SIZE = 0x06;
    /** SETTINGS_ENABLE_CONNECT_PROTOCOL (RFC 9220): a server takes extended CONNECT. */
    public static final long ENABLE_CONNECT_PROTOCOL = 0x08;
    /** SETTINGS_H3_DATAGRAM (RFC 9297). */
    public static final long H3_DATAGRAM = 0x33;
    /** SETTINGS_WT_INITIAL_MAX_DATA. */
    public static final long WT_INITIAL_MAX_DATA = 0x2b61;
    /** SETTINGS_WT_INITIAL_MAX_STREAMS_UNI. */
    public static final long WT_INITIAL_MAX_STREAMS_UNI = 0x2b64;
    /** SETTINGS_WT_INITIAL_MAX_STREAMS_BIDI. */
    public static final long WT_INITIAL_MAX_STREAMS_BIDI = 0x2b65;
    /** SETTINGS_ENABLE_WEBTRANSPORT of draft 2, which browsers speak. */
    public static final long ENABLE_WEBTRANSPORT_DRAFT_02 = 0x2b603742L;
    /** SETTINGS_WT_MAX_SESSIONS of draft 13 and 14. */
    public static final long WT_MAX_SESSIONS = 0x14e9cd29L;
    /** SETTINGS_WT_ENABLED of the newest draft. */
    public static final long WT_ENABLED = 0x2c7cf000L;

    /** Settings of one side: others have about ten, and each costs far more in memory than on the wire. */
    private static final int MOST = 256;

    private final Map<Long, Long> values;

    /** Settings in the order in which they are written. */
    public Settings(Map<Long, Long> values) {
        this.values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }

    /**
     * Reads the payload of a SETTINGS frame.
     *
     * @throws Http3Exception if it is cut off, or has a setting twice, one of HTTP/2, a value that cannot be, or too many
     */
    public static Settings decode(byte[] payload) throws Http3Exception {
        Map<Long, Long> values = new HashMap<>();
        ByteBuffer in = ByteBuffer.wrap(payload);
        VarIntReader integer = new VarIntReader();
        while (in.hasRemaining()) {
            long number = next(integer, in);
            long value = next(integer, in);
            if (number >= 0x02 && number <= 0x05) {
                throw new Http3Exception(Http3Error.SETTINGS_ERROR, "a setting of HTTP/2, number " + number);
            }
            if (isSwitch(number) && value > 1) {
                throw new Http3Exception(Http3Error.SETTINGS_ERROR, "setting " + number + " has the value " + value);
            }
            if (values.put(number, value) != null) {
                throw new Http3Exception(Http3Error.SETTINGS_ERROR, "setting " + number + " is there twice");
            }
            if (values.size() > MOST) {
                throw new Http3Exception(Http3Error.EXCESSIVE_LOAD, "more than " + MOST + " settings");
            }
        }
        return new Settings(values);
    }

    private static long next(VarIntReader integer, ByteBuffer in) throws Http3Exception {
        if (!integer.read(in)) {
            throw new Http3Exception(Http3Error.FRAME_ERROR, "SETTINGS are cut off");
        }
        return integer.value();
    }

    private static boolean isSwitch(long number) {
        return number == ENABLE_CONNECT_PROTOCOL || number == H3_DATAGRAM || number == WT_ENABLED;
    }

    /** The value of a setting, or 0 if it is not there. */
    public long value(long number) {
        return values.getOrDefault(number, 0L);
    }

    /** The payload of a SETTINGS frame. */
    public byte[] encode() {
        FrameWriter out = new FrameWriter();
        values.forEach((number, value) -> out.integer(number).integer(value));
        return out.toByteArray();
    }
}
