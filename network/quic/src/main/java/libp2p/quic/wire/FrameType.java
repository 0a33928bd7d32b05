package libp2p.quic.wire;

/** Types of frames (RFC 9000, section 19; RFC 9221; RESET_STREAM_AT). */
public final class FrameType {
    /** PADDING (RFC 9000, section 19.1). */
    public static final int PADDING = 0x00;
    /** PING (section 19.2). */
    public static final int PING = 0x01;
    /** ACK without counts of ECN (section 19.3). */
    public static final int ACK = 0x02;
    /** ACK with counts of ECN (section 19.3). */
    public static final int ACK_ECN = 0x03;
    /** RESET_STREAM (section 19.4). */
    public static final int RESET_STREAM = 0x04;
    /** STOP_SENDING (section 19.5). */
    public static final int STOP_SENDING = 0x05;
    /** CRYPTO (section 19.6). */
    public static final int CRYPTO = 0x06;
    /** NEW_TOKEN (section 19.7). */
    public static final int NEW_TOKEN = 0x07;
    /** The first of eight types, whose lowest bits tell what else there is. */
    public static final int STREAM = 0x08;

    /** Bit of a STREAM frame that ends the stream (section 19.8). */
    public static final int STREAM_FIN = 0x01;
    /** Bit of a STREAM frame that has a length; without it the frame fills the packet. */
    public static final int STREAM_LENGTH = 0x02;
    /** Bit of a STREAM frame that has an offset; without it the offset is 0. */
    public static final int STREAM_OFFSET = 0x04;
    /** The last of the eight types of STREAM. */
    public static final int STREAM_LAST = 0x0f;
    /** MAX_DATA (section 19.9). */
    public static final int MAX_DATA = 0x10;
    /** MAX_STREAM_DATA (section 19.10). */
    public static final int MAX_STREAM_DATA = 0x11;
    /** MAX_STREAMS of bidirectional streams (section 19.11). */
    public static final int MAX_STREAMS_BIDI = 0x12;
    /** MAX_STREAMS of unidirectional streams (section 19.11). */
    public static final int MAX_STREAMS_UNI = 0x13;
    /** DATA_BLOCKED (section 19.12). */
    public static final int DATA_BLOCKED = 0x14;
    /** STREAM_DATA_BLOCKED (section 19.13). */
    public static final int STREAM_DATA_BLOCKED = 0x15;
    /** STREAMS_BLOCKED of bidirectional streams (section 19.14). */
    public static final int STREAMS_BLOCKED_BIDI = 0x16;
    /** STREAMS_BLOCKED of unidirectional streams (section 19.14). */
    public static final int STREAMS_BLOCKED_UNI = 0x17;
    /** NEW_CONNECTION_ID (section 19.15). */
    public static final int NEW_CONNECTION_ID = 0x18;
    /** RETIRE_CONNECTION_ID (section 19.16). */
    public static final int RETIRE_CONNECTION_ID = 0x19;
    /** PATH_CHALLENGE (section 19.17). */
    public static final int PATH_CHALLENGE = 0x1a;
    /** PATH_RESPONSE (section 19.18). */
    public static final int PATH_RESPONSE = 0x1b;
    /** CONNECTION_CLOSE with an error of QUIC (section 19.19). */
    public static final int CONNECTION_CLOSE = 0x1c;
    /** CONNECTION_CLOSE with an error of the application (section 19.19). */
    public static final int CONNECTION_CLOSE_APPLICATION = 0x1d;
    /** HANDSHAKE_DONE (section 19.20). */
    public static final int HANDSHAKE_DONE = 0x1e;
    /** RESET_STREAM_AT (draft-ietf-quic-reliable-stream-reset). */
    public static final int RESET_STREAM_AT = 0x24;
    /** DATAGRAM without a length (RFC 9221). */
    public static final int DATAGRAM = 0x30;
    /** DATAGRAM with a length (RFC 9221). */
    public static final int DATAGRAM_LENGTH = 0x31;

    private FrameType() {}
}
