package libp2p.core.connection;

/**
 * Well-known error codes of connections and streams (libp2p specification, error-codes). Codes are unsigned 32-bit
 * numbers and open: any other value may arrive.
 */
public final class ErrorCode {
    /** No error, and whatever a transport without codes reports. */
    public static final long NONE = 0;

    /** The two sides have no protocol in common for the connection. */
    public static final long CONNECTION_NEGOTIATION_FAILED = 0x1000;
    /** A limit of resources has no room for the connection. */
    public static final long CONNECTION_RESOURCE_LIMIT_EXCEEDED = 0x1001;
    /** The remote peer opens or uses too much in too little time. */
    public static final long CONNECTION_RATE_LIMITED = 0x1002;
    /** The remote peer has broken the rules of a protocol. */
    public static final long CONNECTION_PROTOCOL_VIOLATION = 0x1003;
    /** Another connection takes its place. */
    public static final long CONNECTION_SUPPLANTED = 0x1004;
    /** The connection was closed to make room, since it was of little use. */
    public static final long CONNECTION_GARBAGE_COLLECTED = 0x1005;
    /** The side that closes is about to end. */
    public static final long CONNECTION_SHUTDOWN = 0x1006;
    /** A gater or a rule does not permit the connection. */
    public static final long CONNECTION_GATED = 0x1007;
    /** The code of the sender is none that fits into 32 bits. */
    public static final long CONNECTION_CODE_OUT_OF_RANGE = 0x1008;

    /** The two sides have no protocol in common for the stream. */
    public static final long STREAM_PROTOCOL_NEGOTIATION_FAILED = 0x1001;
    /** A limit of resources has no room for the stream. */
    public static final long STREAM_RESOURCE_LIMIT_EXCEEDED = 0x1002;
    /** The remote peer opens or uses too much in too little time. */
    public static final long STREAM_RATE_LIMITED = 0x1003;
    /** The remote peer has broken the rules of a protocol. */
    public static final long STREAM_PROTOCOL_VIOLATION = 0x1004;
    /** Another stream takes its place. */
    public static final long STREAM_SUPPLANTED = 0x1005;
    /** The stream was closed to make room, since it was of little use. */
    public static final long STREAM_GARBAGE_COLLECTED = 0x1006;
    /** The side that closes is about to end. */
    public static final long STREAM_SHUTDOWN = 0x1007;
    /** A gater or a rule does not permit the stream. */
    public static final long STREAM_GATED = 0x1008;
    /** The code of the sender is none that fits into 32 bits. */
    public static final long STREAM_CODE_OUT_OF_RANGE = 0x1009;

    /** The largest code, 2³² − 1. */
    public static final long MAX = 0xffff_ffffL;

    private ErrorCode() {}

    /** Returns the code, or throws if it is not an unsigned 32-bit number. */
    public static long check(long code) {
        if (code < 0 || code > MAX) {
            throw new IllegalArgumentException("error code " + code + " is not an unsigned 32-bit number");
        }
        return code;
    }
}
