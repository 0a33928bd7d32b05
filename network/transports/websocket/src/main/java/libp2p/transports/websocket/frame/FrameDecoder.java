package libp2p.transports.websocket.frame;

import java.nio.ByteBuffer;

/**
 * Reads the headers of frames and holds the remote to the rules of RFC 6455, section 5: masking by role, no reserved
 * bits or opcodes, lengths in the shortest form, control frames short and whole, fragments in order. On top of that it
 * takes only binary messages, and frames up to a limit. Allocates nothing. For one thread at a time.
 */
public final class FrameDecoder {
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH = 0x7f;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MAX_LENGTH_16 = 0xffff;
    /** Payload of the longest control frame. */
    public static final int MAX_CONTROL = 125;

    private final boolean masked;
    private final long maximum;
    private boolean inMessage;
    private int opcode;
    private long length;
    private int key;

    /**
     * @param masked whether the frames must be masked, which is so for those of clients and only for those
     * @param maximum payload bytes of the longest frame
     */
    public FrameDecoder(boolean masked, long maximum) {
        this.masked = masked;
        this.maximum = maximum;
    }

    /**
     * Reads the next header.
     *
     * @param in with the bytes that have arrived; big-endian; not moved unless the header is complete
     * @return false if more bytes are needed
     * @throws WebSocketException as soon as the bytes break a rule
     */
    public boolean next(ByteBuffer in) throws WebSocketException {
        int start = in.position();
        int available = in.remaining();
        if (available == 0) {
            return false;
        }
        int first = in.get(start) & 0xff;
        checkFirst(first);
        if (available == 1) {
            return false;
        }
        int second = in.get(start + 1) & 0xff;
        checkSecond(first, second);
        int shortLength = second & LENGTH;
        int lengthBytes = shortLength == LENGTH_64 ? Long.BYTES : shortLength == LENGTH_16 ? Short.BYTES : 0;
        int header = 2 + lengthBytes + (masked ? Integer.BYTES : 0);
        if (available < 2 + lengthBytes) {
            return false;
        }
        long payload = payloadLength(in, start + 2, shortLength);
        if (available < header) {
            return false;
        }
        opcode = first & OPCODE;
        length = payload;
        key = masked ? in.getInt(start + 2 + lengthBytes) : 0;
        if (!Opcode.isControl(opcode)) {
            inMessage = (first & FIN) == 0;
        }
        in.position(start + header);
        return true;
    }

    private void checkFirst(int first) throws WebSocketException {
        if ((first & RESERVED) != 0) {
            throw error("reserved bits are set");
        }
        int code = first & OPCODE;
        switch (code) {
            case Opcode.CONTINUATION -> require(inMessage, "a continuation without a message");
            case Opcode.BINARY -> require(!inMessage, "a message inside a message");
            case Opcode.TEXT ->
                throw new WebSocketException(CloseCode.UNSUPPORTED_DATA, "a text message; libp2p uses binary ones");
            case Opcode.CLOSE, Opcode.PING, Opcode.PONG -> require((first & FIN) != 0, "a control frame in fragments");
            default -> throw error("opcode " + code + " is reserved");
        }
    }

    private void checkSecond(int first, int second) throws WebSocketException {
        boolean isMasked = (second & MASKED) != 0;
        if (isMasked != masked) {
            throw error(masked ? "a client frame without a mask" : "a server frame with a mask");
        }
        if (Opcode.isControl(first & OPCODE) && (second & LENGTH) > MAX_CONTROL) {
            throw error("a control frame of more than " + MAX_CONTROL + " bytes");
        }
    }

    private long payloadLength(ByteBuffer in, int at, int shortLength) throws WebSocketException {
        long value = switch (shortLength) {
            case LENGTH_16 -> in.getShort(at) & 0xffff;
            case LENGTH_64 -> in.getLong(at);
            default -> shortLength;
        };
        require(value >= 0, "a length of 64 bits");
        require(
                shortLength < LENGTH_16 || value > (shortLength == LENGTH_16 ? MAX_CONTROL : MAX_LENGTH_16),
                "a length that is not in its shortest form");
        if (value > maximum) {
            throw new WebSocketException(CloseCode.TOO_BIG, "a frame of " + value + " bytes, more than " + maximum);
        }
        return value;
    }

    private static void require(boolean condition, String message) throws WebSocketException {
        if (!condition) {
            throw error(message);
        }
    }

    private static WebSocketException error(String message) {
        return new WebSocketException(CloseCode.PROTOCOL_ERROR, message);
    }

    /** The opcode of the last header. */
    public int opcode() {
        return opcode;
    }

    /** The payload bytes of the last header's frame. */
    public long length() {
        return length;
    }

    /** The masking key of the last header's frame; 0 if it is not masked. */
    public int key() {
        return key;
    }
}
