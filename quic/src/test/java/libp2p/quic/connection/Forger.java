package libp2p.quic.connection;

import java.nio.ByteBuffer;
import java.util.Arrays;
import libp2p.crypto.PacketCipher;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.recovery.SentPacket;

/** Makes 1-RTT packets under the keys of a connection, with frames that the connection itself would never send. */
public final class Forger {
    private static final int NUMBER_LENGTH = 4;

    private Forger() {}

    /** A datagram with these frames, which takes the next packet number. */
    public static byte[] seal(Connection connection, byte[] frames) {
        return seal(connection, frames, 0);
    }

    /** The same with bits of the first byte set that are protected with it. */
    public static byte[] seal(Connection connection, byte[] frames, int bits) {
        KeyPhases keys = connection.oneRtt;
        if (keys == null) {
            throw new IllegalStateException("no keys");
        }
        var sent = connection.level(TlsDriver.APPLICATION).space.sent();
        long number = sent.next();
        sent.add(new SentPacket(number, 0, frames.length, false, false));
        byte[] id = connection.remoteIds.current().toBytes();
        ByteBuffer packet = ByteBuffer.allocate(2000);
        packet.put((byte) (0x40 | bits | (keys.phase() ? 4 : 0) | NUMBER_LENGTH - 1))
                .put(id);
        int numberAt = packet.position();
        packet.putInt((int) number).put(frames);
        int end = packet.position();
        int length = keys.seal(packet, 0, numberAt, NUMBER_LENGTH, number, end);
        if (length != end + PacketCipher.TAG_LENGTH) {
            throw new IllegalStateException("sealed to " + length);
        }
        return Arrays.copyOf(packet.array(), length);
    }

    /** The number of the last 1-RTT packet that a connection has sent. */
    public static long lastSent(Connection connection) {
        return connection.level(TlsDriver.APPLICATION).space.sent().next() - 1;
    }
}
