package libp2p.quic.wire;

/** Codes of connection errors (RFC 9000, section 20.1). */
public final class TransportError {
    public static final long NO_ERROR = 0x00;
    public static final long INTERNAL_ERROR = 0x01;
    public static final long CONNECTION_REFUSED = 0x02;
    public static final long FLOW_CONTROL_ERROR = 0x03;
    public static final long STREAM_LIMIT_ERROR = 0x04;
    public static final long STREAM_STATE_ERROR = 0x05;
    public static final long FINAL_SIZE_ERROR = 0x06;
    public static final long FRAME_ENCODING_ERROR = 0x07;
    public static final long TRANSPORT_PARAMETER_ERROR = 0x08;
    public static final long CONNECTION_ID_LIMIT_ERROR = 0x09;
    public static final long PROTOCOL_VIOLATION = 0x0a;
    public static final long INVALID_TOKEN = 0x0b;
    public static final long APPLICATION_ERROR = 0x0c;
    public static final long CRYPTO_BUFFER_EXCEEDED = 0x0d;
    public static final long KEY_UPDATE_ERROR = 0x0e;
    public static final long AEAD_LIMIT_REACHED = 0x0f;
    public static final long NO_VIABLE_PATH = 0x10;
    /** The first of 256 codes that carry an alert of TLS. */
    public static final long CRYPTO_ERROR = 0x100;

    private static final int ALERTS = 0x100;

    private TransportError() {}

    /** The name of a code for people. */
    public static String describe(long code) {
        if (code >= CRYPTO_ERROR && code < CRYPTO_ERROR + ALERTS) {
            return "TLS alert " + (code - CRYPTO_ERROR);
        }
        String[] names = {
            "no error",
            "internal error",
            "connection refused",
            "flow control error",
            "stream limit error",
            "stream state error",
            "final size error",
            "frame encoding error",
            "transport parameter error",
            "connection id limit error",
            "protocol violation",
            "invalid token",
            "application error",
            "crypto buffer exceeded",
            "key update error",
            "AEAD limit reached",
            "no viable path"
        };
        return code >= 0 && code < names.length ? names[(int) code] : "error 0x" + Long.toHexString(code);
    }
}
