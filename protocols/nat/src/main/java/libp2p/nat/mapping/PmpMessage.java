package libp2p.nat.mapping;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;

/** Messages of NAT-PMP (RFC 6886 section 3). */
final class PmpMessage {
    /** The port on which routers answer, for PCP too. */
    static final int PORT = 5351;

    private static final int ANSWER = 128;
    private static final int ADDRESS_ANSWER_BYTES = 12;
    private static final int MAP_ANSWER_BYTES = 16;

    private PmpMessage() {}

    static byte[] addressRequest() {
        return new byte[] {0, 0};
    }

    /** @param outside the wanted port; with a lifetime of zero the mapping is removed */
    static byte[] mapRequest(PortProtocol protocol, int inside, int outside, Duration lifetime) {
        return ByteBuffer.allocate(12)
                .put((byte) 0)
                .put((byte) protocol.pmpCode())
                .putShort((short) 0)
                .putShort((short) inside)
                .putShort((short) outside)
                .putInt((int) lifetime.toSeconds())
                .array();
    }

    /** Whether these bytes answer an operation: 0 for the address, else that of a protocol. */
    static boolean isAnswer(byte[] bytes, int operation) {
        int least = operation == 0 ? ADDRESS_ANSWER_BYTES : MAP_ANSWER_BYTES;
        boolean refusal = bytes.length >= 8 && result(bytes) != 0;
        return bytes.length >= 4
                && bytes[0] == 0
                && (bytes[1] & 0xff) == ANSWER + operation
                && (bytes.length >= least || refusal);
    }

    /** The router's result code; 0 for success. */
    static int result(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(2) & 0xffff;
    }

    static InetAddress address(byte[] answer) throws UnknownHostException {
        return InetAddress.getByAddress(Arrays.copyOfRange(answer, 8, 12));
    }

    static int insidePort(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(8) & 0xffff;
    }

    static int outsidePort(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(10) & 0xffff;
    }

    static Duration lifetime(byte[] answer) {
        return Duration.ofSeconds(ByteBuffer.wrap(answer).getInt(12) & 0xffff_ffffL);
    }
}
