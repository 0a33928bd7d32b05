package libp2p.http3;

/** Types of frames (RFC 9114, section 7.2) and of unidirectional streams (section 6.2). */
public final class Http3FrameType {
    /** DATA: a part of the content of a message. */
    public static final long DATA = 0x00;
    /** HEADERS: a field section. */
    public static final long HEADERS = 0x01;
    /** CANCEL_PUSH. */
    public static final long CANCEL_PUSH = 0x03;
    /** SETTINGS, the first frame of a control stream. */
    public static final long SETTINGS = 0x04;
    /** PUSH_PROMISE. */
    public static final long PUSH_PROMISE = 0x05;
    /** GOAWAY: no new requests. */
    public static final long GOAWAY = 0x07;
    /** MAX_PUSH_ID. */
    public static final long MAX_PUSH_ID = 0x0d;
    /** WT_STREAM, which begins a stream of WebTransport and is no frame that has a length. */
    public static final long WEBTRANSPORT_STREAM = 0x41;

    /** The type of a control stream. */
    public static final long CONTROL_STREAM = 0x00;
    /** The type of a push stream. */
    public static final long PUSH_STREAM = 0x01;
    /** The type of the stream of QPACK's encoder. */
    public static final long ENCODER_STREAM = 0x02;
    /** The type of the stream of QPACK's decoder. */
    public static final long DECODER_STREAM = 0x03;

    private Http3FrameType() {}

    /** Whether the type was one of HTTP/2 and must not be used (RFC 9114, section 7.2.8). */
    static boolean isOfHttp2(long type) {
        return type == 0x02 || type == 0x06 || type == 0x08 || type == 0x09;
    }
}
