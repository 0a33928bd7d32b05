package libp2p.quic.wire;

/** Codes of connection errors (RFC 9000, section 20.1). */
public final class TransportError {
    /** The connection is closed without an error (RFC 9000, section 20.1). */
    public static final long NO_ERROR = 0x00;
    /** The endpoint cannot go on, by a fault of its own. */
    public static final long INTERNAL_ERROR = 0x01;
    /** The server refuses a new connection. */
    public static final long CONNECTION_REFUSED = 0x02;
    /** The remote sent more than it was allowed to. */
    public static final long FLOW_CONTROL_ERROR = 0x03;
    /** The remote opened more streams than it was allowed to. */
    public static final long STREAM_LIMIT_ERROR = 0x04;
    /** A frame does not fit the state of its stream. */
    public static final long STREAM_STATE_ERROR = 0x05;
    /** The final size of a stream changed, or bytes came beyond it. */
    public static final long FINAL_SIZE_ERROR = 0x06;
    /** A frame is malformed. */
    public static final long FRAME_ENCODING_ERROR = 0x07;
    /** The transport parameters are malformed or contradict the packets. */
    public static final long TRANSPORT_PARAMETER_ERROR = 0x08;
    /** The remote gave more connection ids than it was allowed to. */
    public static final long CONNECTION_ID_LIMIT_ERROR = 0x09;
    /** Any other violation of the protocol. */
    public static final long PROTOCOL_VIOLATION = 0x0a;
    /** A server got a token of Retry that is not valid. */
    public static final long INVALID_TOKEN = 0x0b;
    /** The application closed the connection during the handshake. */
    public static final long APPLICATION_ERROR = 0x0c;
    /** More bytes of CRYPTO frames waited than are kept. */
    public static final long CRYPTO_BUFFER_EXCEEDED = 0x0d;
    /** A key update came too early or was malformed. */
    public static final long KEY_UPDATE_ERROR = 0x0e;
    /** Too many packets failed or passed with one key. */
    public static final long AEAD_LIMIT_REACHED = 0x0f;
    /** No path is left that the connection could use. */
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
