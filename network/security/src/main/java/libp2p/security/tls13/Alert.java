package libp2p.security.tls13;

/** The reason for which one side ends a connection (RFC 8446, section 6). */
public enum Alert {
    CLOSE_NOTIFY(0),
    UNEXPECTED_MESSAGE(10),
    BAD_RECORD_MAC(20),
    RECORD_OVERFLOW(22),
    HANDSHAKE_FAILURE(40),
    BAD_CERTIFICATE(42),
    CERTIFICATE_UNKNOWN(46),
    ILLEGAL_PARAMETER(47),
    DECODE_ERROR(50),
    DECRYPT_ERROR(51),
    PROTOCOL_VERSION(70),
    INTERNAL_ERROR(80),
    USER_CANCELED(90),
    MISSING_EXTENSION(109),
    UNSUPPORTED_EXTENSION(110),
    CERTIFICATE_REQUIRED(116),
    NO_APPLICATION_PROTOCOL(120);

    private static final Alert[] ALL = values();
    private static final byte WARNING = 1;
    private static final byte FATAL = 2;

    private final int code;

    Alert(int code) {
        this.code = code;
    }

    /** The number on the wire. */
    public int code() {
        return code;
    }

    /** Level and description. */
    public byte[] encode() {
        return new byte[] {this == CLOSE_NOTIFY ? WARNING : FATAL, (byte) code};
    }

    /** The name of a code for people. */
    static String describe(int code) {
        for (Alert alert : ALL) {
            if (alert.code == code) {
                return alert.name().toLowerCase(java.util.Locale.ROOT);
            }
        }
        return "alert " + code;
    }
}
