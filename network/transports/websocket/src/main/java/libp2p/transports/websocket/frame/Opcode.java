package libp2p.transports.websocket.frame;

/** The opcodes of RFC 6455, section 11.8. */
public final class Opcode {
    public static final int CONTINUATION = 0x0;
    public static final int TEXT = 0x1;
    public static final int BINARY = 0x2;
    public static final int CLOSE = 0x8;
    public static final int PING = 0x9;
    public static final int PONG = 0xA;

    private Opcode() {}

    /** Whether frames with this opcode may come between the fragments of a message. */
    public static boolean isControl(int opcode) {
        return opcode >= CLOSE;
    }
}
