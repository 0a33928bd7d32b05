package libp2p.quic.endpoint;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.crypto.PacketCipher;
import libp2p.quic.protect.InitialKeys;
import libp2p.quic.protect.PacketKeys;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.FrameType;
import libp2p.quic.wire.LongHeader;
import libp2p.quic.wire.TransportError;

/** The answer to a token of this side that does not fit, without a connection (RFC 9000, section 8.1.2). */
final class InvalidToken {
    private static final int NUMBER_LENGTH = 1;
    private static final int FRAME_LENGTH = 4;

    private InvalidToken() {}

    /**
     * An Initial packet that ends the connection attempt, far smaller than the packet that it answers.
     *
     * @param client the source id of the client's packet
     * @param own to which the client has sent
     */
    static byte[] answer(ConnectionId client, ConnectionId own) {
        byte[] destination = client.toBytes();
        byte[] source = own.toBytes();
        int rest = NUMBER_LENGTH + FRAME_LENGTH + PacketCipher.TAG_LENGTH;
        ByteBuffer packet = ByteBuffer.allocate(64 + destination.length + source.length);
        packet.put((byte) (LongHeader.firstByte(LongHeader.INITIAL) | NUMBER_LENGTH - 1))
                .putInt(LongHeader.VERSION_1)
                .put((byte) destination.length)
                .put(destination)
                .put((byte) source.length)
                .put(source)
                .put((byte) 0) // no token
                .putShort((short) (0x4000 | rest));
        int numberAt = packet.position();
        packet.put((byte) 0)
                .put((byte) FrameType.CONNECTION_CLOSE)
                .put((byte) TransportError.INVALID_TOKEN)
                .put((byte) 0)
                .put((byte) 0);
        PacketKeys keys = InitialKeys.of(own, false, true);
        try {
            int length = keys.seal(packet, 0, numberAt, NUMBER_LENGTH, 0, packet.position());
            return Arrays.copyOf(packet.array(), length);
        } finally {
            keys.close();
        }
    }
}
