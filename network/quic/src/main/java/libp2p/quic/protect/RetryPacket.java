package libp2p.quic.protect;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import libp2p.crypto.AeadSealer;
import libp2p.crypto.ConstantTime;
import libp2p.crypto.Crypto;
import libp2p.crypto.algorithm.AeadAlgorithm;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.LongHeader;

/** Retry packets and their integrity tag (RFC 9000, section 17.2.5; RFC 9001, section 5.8). */
public final class RetryPacket {
    private static final byte[] KEY = HexFormat.of().parseHex("be0c690b9f66575a1d766b54e368c84e");
    private static final byte[] NONCE = HexFormat.of().parseHex("461599d35d632bf2239825bb");
    /** Bytes of the integrity tag at the end of a Retry (RFC 9001, section 5.8). */
    public static final int TAG = AeadAlgorithm.TAG_LENGTH;

    private RetryPacket() {}

    /**
     * Makes one.
     *
     * @param destination the client's id
     * @param source the id that the client has to use from now on
     * @param original the destination to which the client had sent
     */
    public static byte[] encode(ConnectionId destination, ConnectionId source, ConnectionId original, byte[] token) {
        byte[] packet = new byte[7 + destination.length() + source.length() + token.length + TAG];
        packet[0] = (byte) (LongHeader.firstByte(LongHeader.RETRY) | 0x0f);
        packet[4] = LongHeader.VERSION_1;
        packet[5] = (byte) destination.length();
        int at = destination.write(packet, 6);
        packet[at] = (byte) source.length();
        at = source.write(packet, at + 1);
        System.arraycopy(token, 0, packet, at, token.length);
        at += token.length;
        System.arraycopy(tag(original, packet, 0, at), 0, packet, at, TAG);
        return packet;
    }

    /** Whether the tag with which a range ends is that of an answer to the packet sent to {@code original}. */
    public static boolean isAuthentic(ConnectionId original, byte[] bytes, int offset, int length) {
        if (length < TAG) {
            return false;
        }
        int end = offset + length;
        byte[] tag = Arrays.copyOfRange(bytes, end - TAG, end);
        return ConstantTime.equal(tag, tag(original, bytes, offset, length - TAG));
    }

    private static byte[] tag(ConnectionId original, byte[] bytes, int offset, int length) {
        byte[] pseudo = new byte[1 + original.length() + length];
        pseudo[0] = (byte) original.length();
        System.arraycopy(bytes, offset, pseudo, original.write(pseudo, 1), length);
        byte[] tag = new byte[TAG];
        try (AeadSealer sealer =
                Crypto.standard().aead(AeadAlgorithm.AES_128_GCM).sealer(KEY)) {
            sealer.seal(NONCE, pseudo, ByteBuffer.wrap(tag), 0, 0);
        }
        return tag;
    }
}
