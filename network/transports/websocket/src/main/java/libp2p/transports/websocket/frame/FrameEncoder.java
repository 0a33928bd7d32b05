package libp2p.transports.websocket.frame;

import java.nio.ByteBuffer;

/** Writes frames, each a whole message. */
public final class FrameEncoder {
    /** The longest header: two bytes, a length of eight and a key of four. */
    public static final int MAX_HEADER = 14;

    private static final int FIN = 0x80;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int MAX_LENGTH_16 = 0xffff;

    private FrameEncoder() {}

    /** Puts an unmasked frame, as a server sends it. */
    public static void server(ByteBuffer target, int opcode, ByteBuffer payload, int length) {
        header(target, opcode, length, 0);
        target.put(target.position(), payload, payload.position(), length);
        target.position(target.position() + length);
        payload.position(payload.position() + length);
    }

    /** Puts a masked frame, as a client sends it. */
    public static void client(ByteBuffer target, int opcode, ByteBuffer payload, int length, int key) {
        header(target, opcode, length, MASKED);
        target.putInt(key);
        Mask.copy(payload, payload.position(), target, target.position(), length, key, 0);
        target.position(target.position() + length);
        payload.position(payload.position() + length);
    }

    private static void header(ByteBuffer target, int opcode, int length, int masked) {
        target.put((byte) (FIN | opcode));
        if (length < LENGTH_16) {
            target.put((byte) (masked | length));
        } else if (length <= MAX_LENGTH_16) {
            target.put((byte) (masked | LENGTH_16)).putShort((short) length);
        } else {
            target.put((byte) (masked | LENGTH_64)).putLong(length);
        }
    }
}
