package libp2p.transports.websocket.frame;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** The status codes of close frames (RFC 6455, section 7.4). */
public final class CloseCode {
    public static final int NORMAL = 1000;
    public static final int GOING_AWAY = 1001;
    public static final int PROTOCOL_ERROR = 1002;
    public static final int UNSUPPORTED_DATA = 1003;
    /** Never sent: stands for a close frame without a code. */
    public static final int NONE = 1005;

    public static final int INVALID_TEXT = 1007;
    public static final int POLICY_VIOLATION = 1008;
    public static final int TOO_BIG = 1009;

    private static final int FIRST_UNASSIGNED = 1015;
    private static final int FIRST_REGISTERED = 3000;
    private static final int LAST = 4999;

    private CloseCode() {}

    /**
     * Reads the payload of a close frame.
     *
     * @param payload the whole payload, unmasked; read to its end
     * @return its code, or {@link #NONE}
     * @throws WebSocketException if it is malformed
     */
    public static int parse(ByteBuffer payload) throws WebSocketException {
        if (!payload.hasRemaining()) {
            return NONE;
        }
        if (payload.remaining() == 1) {
            throw new WebSocketException(PROTOCOL_ERROR, "a close frame with half a code");
        }
        int code = payload.get() << 8 & 0xff00 | payload.get() & 0xff;
        if (!mayBeSent(code)) {
            throw new WebSocketException(PROTOCOL_ERROR, "a close frame with code " + code);
        }
        try {
            StandardCharsets.UTF_8.newDecoder().decode(payload);
        } catch (CharacterCodingException e) {
            throw new WebSocketException(INVALID_TEXT, "the reason in a close frame is not UTF-8");
        }
        return code;
    }

    /** Whether a close frame may carry the code: not those that only stand for something, nor unassigned ones. */
    static boolean mayBeSent(int code) {
        return switch (code) {
            case 1004, NONE, 1006 -> false;
            default -> (code >= NORMAL && code < FIRST_UNASSIGNED) || (code >= FIRST_REGISTERED && code <= LAST);
        };
    }

    /** Whether the remote ended the connection because it wanted to, not because something was wrong. */
    public static boolean isOrderly(int code) {
        return code == NORMAL || code == GOING_AWAY || code == NONE;
    }

    /** The payload of a close frame. */
    public static byte[] payload(int code) {
        return code == NONE ? new byte[0] : new byte[] {(byte) (code >>> 8), (byte) code};
    }
}
