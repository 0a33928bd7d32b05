package libp2p.nat.mapping;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** The MAP messages of PCP (RFC 6887 sections 7 and 11). */
final class PcpMessage {
    static final int NONCE_BYTES = 12;

    private static final int VERSION = 2;
    private static final int MAP = 1;
    private static final int ANSWER = 0x80;
    private static final int BYTES = 60;
    private static final int NONCE_AT = 24;

    private PcpMessage() {}

    /**
     * A request.
     *
     * @param client the address of this host that the router sees
     * @param nonce 12 bytes that tell the mapping apart from those of others
     * @param lifetime zero removes the mapping
     */
    static byte[] mapRequest(
            InetAddress client, byte[] nonce, PortProtocol protocol, int inside, int outside, Duration lifetime) {
        return ByteBuffer.allocate(BYTES)
                .put((byte) VERSION)
                .put((byte) MAP)
                .putShort((short) 0)
                .putInt((int) lifetime.toSeconds())
                .put(mapped(client))
                .put(nonce)
                .put((byte) protocol.number())
                .put(new byte[3])
                .putShort((short) inside)
                .putShort((short) outside)
                .put(mapped(InetAddress.ofLiteral("0.0.0.0")))
                .array();
    }

    private static byte[] mapped(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (!(address instanceof Inet4Address)) {
            return bytes;
        }
        byte[] sixteen = new byte[16];
        sixteen[10] = (byte) 0xff;
        sixteen[11] = (byte) 0xff;
        System.arraycopy(bytes, 0, sixteen, 12, 4);
        return sixteen;
    }

    /**
     * Whether these bytes answer a request with a nonce; also an answer of a router that knows only another version.
     */
    static boolean isAnswer(byte[] bytes, byte[] nonce) {
        if (bytes.length < 4 || (bytes[1] & ANSWER) == 0) {
            return false;
        }
        return bytes[0] != VERSION
                || bytes.length >= BYTES
                        && (bytes[1] & 0x7f) == MAP
                        && Arrays.equals(bytes, NONCE_AT, NONCE_AT + NONCE_BYTES, nonce, 0, NONCE_BYTES);
    }

    /** Whether the answer is of this version. */
    static boolean isKnown(byte[] answer) {
        return answer[0] == VERSION;
    }

    /** The router's result code; 0 for success. */
    static int result(byte[] answer) {
        return answer[3] & 0xff;
    }

    static Duration lifetime(byte[] answer) {
        return Duration.ofSeconds(ByteBuffer.wrap(answer).getInt(4) & 0xffff_ffffL);
    }

    static int insidePort(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(40) & 0xffff;
    }

    static int outsidePort(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(42) & 0xffff;
    }

    static InetAddress address(byte[] answer) throws UnknownHostException {
        return InetAddress.getByAddress(Arrays.copyOfRange(answer, 44, BYTES));
    }
}
