package libp2p.http3;

/** Error codes of HTTP/3, QPACK and WebTransport, which connections and streams are closed with. */
public final class Http3Error {
    /** H3_NO_ERROR (RFC 9114, section 8.1): nothing is wrong. */
    public static final long NO_ERROR = 0x100;
    /** H3_GENERAL_PROTOCOL_ERROR. */
    public static final long GENERAL_PROTOCOL_ERROR = 0x101;
    /** H3_STREAM_CREATION_ERROR: a stream of a kind that is not taken. */
    public static final long STREAM_CREATION_ERROR = 0x103;
    /** H3_CLOSED_CRITICAL_STREAM: the control stream or one of QPACK has ended. */
    public static final long CLOSED_CRITICAL_STREAM = 0x104;
    /** H3_FRAME_UNEXPECTED: a frame that its stream does not take, or not now. */
    public static final long FRAME_UNEXPECTED = 0x105;
    /** H3_FRAME_ERROR: a malformed frame. */
    public static final long FRAME_ERROR = 0x106;
    /** H3_EXCESSIVE_LOAD: more than the bounds of this side. */
    public static final long EXCESSIVE_LOAD = 0x107;
    /** H3_ID_ERROR: an id that cannot be. */
    public static final long ID_ERROR = 0x108;
    /** H3_SETTINGS_ERROR: settings that are malformed or contradict each other. */
    public static final long SETTINGS_ERROR = 0x109;
    /** H3_MISSING_SETTINGS: another frame came before SETTINGS. */
    public static final long MISSING_SETTINGS = 0x10a;
    /** H3_REQUEST_REJECTED: nothing was done about the request. */
    public static final long REQUEST_REJECTED = 0x10b;
    /** H3_MESSAGE_ERROR: a malformed request or response. */
    public static final long MESSAGE_ERROR = 0x10e;
    /** QPACK_DECOMPRESSION_FAILED (RFC 9204, section 6). */
    public static final long QPACK_DECOMPRESSION_FAILED = 0x200;
    /** WT_BUFFERED_STREAM_REJECTED (draft-ietf-webtrans-http3, section 4.6): too many streams for no session. */
    public static final long BUFFERED_STREAM_REJECTED = 0x3994bd84L;
    /** WT_FLOW_CONTROL_ERROR (draft-ietf-webtrans-http3, section 5): a limit of a session that cannot be. */
    public static final long FLOW_CONTROL_ERROR = 0x045d4487L;
    /** WT_SESSION_GONE: the session of the stream has ended. */
    public static final long SESSION_GONE = 0x170d7b68L;

    private static final long LAST = 0x110;
    private static final long LAST_OF_QPACK = 0x202;

    private Http3Error() {}

    /** Whether a code is one of HTTP/3 or QPACK. */
    public static boolean isKnown(long code) {
        return code >= NO_ERROR && code <= LAST || code >= QPACK_DECOMPRESSION_FAILED && code <= LAST_OF_QPACK;
    }
}
