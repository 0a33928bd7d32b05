package libp2p.quic.connection;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import libp2p.crypto.PacketCipher;
import libp2p.quic.protect.KeyPhases;
import libp2p.quic.protect.PacketKeys;
import libp2p.quic.wire.LongHeader;
import libp2p.quic.wire.TransportException;
import libp2p.quic.wire.TransportParameterId;
import libp2p.quic.wire.TransportParameters;
import libp2p.quic.wire.VarInt;
import libp2p.quic.wire.WireInput;

/** Makes a connection send what it would never send: packets under its keys, transport parameters, messages of TLS. */
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
        sent.add(0, frames.length, false, false).carries(null);
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

    /** Leaves the next number of a 1-RTT packet out. */
    public static void leaveOut(Connection connection) {
        connection.level(TlsDriver.APPLICATION).space.sent().skip();
    }

    /** The number of the last 1-RTT packet that a connection has sent. */
    public static long lastSent(Connection connection) {
        return connection.level(TlsDriver.APPLICATION).space.sent().next() - 1;
    }

    /** The largest number of a 1-RTT packet of a connection that the other side has acknowledged, or -1. */
    public static long largestAcknowledged(Connection connection) {
        return connection.level(TlsDriver.APPLICATION).space.largestAcknowledged();
    }

    /** When a connection has last sent a 1-RTT packet that asks for an acknowledgement. */
    public static long lastAckEliciting(Connection connection) {
        return connection.level(TlsDriver.APPLICATION).space.lastAckEliciting();
    }

    /** The transport parameters of a connection before they are changed: the encoded value of each number. */
    public static Map<Long, byte[]> parameters(Connection connection) throws TransportException {
        TransportParameters parameters = HandshakeResult.parameters(connection.config, connection.localIds.first());
        if (!connection.client) {
            parameters.put(TransportParameterId.ORIGINAL_DESTINATION_CONNECTION_ID, connection.originalDestination);
        }
        byte[] encoded = parameters.encode();
        WireInput in = new WireInput().reset(encoded, 0, encoded.length);
        Map<Long, byte[]> values = new LinkedHashMap<>();
        while (in.hasRemaining()) {
            long number = in.varint();
            values.put(number, in.copy(in.length()));
        }
        return values;
    }

    /** Has a connection whose handshake has not begun tell something else. */
    public static void tell(Connection connection, Map<Long, byte[]> parameters) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        parameters.forEach((number, value) -> {
            byte[] head = new byte[2 * VarInt.MAX_LENGTH];
            int at = VarInt.write(head, 0, number);
            out.write(head, 0, VarInt.write(head, at, value.length));
            out.writeBytes(value);
        });
        connection.tls.handshake().transportParameters(out.toByteArray());
    }

    /** Whether a connection can seal Handshake packets, or open them. */
    public static boolean hasHandshakeKeys(Connection connection, boolean sending) {
        LevelState level = connection.levels[TlsDriver.HANDSHAKE];
        return level != null && (sending ? level.sending : level.receiving) != null;
    }

    /** A Handshake packet with these frames, with bits of the first byte set that are protected with it. */
    public static byte[] sealHandshake(Connection connection, byte[] frames, int bits) {
        return sealLong(connection, TlsDriver.HANDSHAKE, LongHeader.HANDSHAKE, bits, new byte[0], frames);
    }

    /** An Initial packet with these frames and a token of less than 64 bytes; it is not padded. */
    public static byte[] sealInitial(Connection connection, byte[] token, byte[] frames) {
        byte[] field = ByteBuffer.allocate(1 + token.length)
                .put((byte) token.length)
                .put(token)
                .array();
        return sealLong(connection, TlsDriver.INITIAL, LongHeader.INITIAL, 0, field, frames);
    }

    private static byte[] sealLong(
            Connection connection, int index, int type, int bits, byte[] tokenField, byte[] frames) {
        LevelState level = connection.level(index);
        PacketKeys keys = level.sending;
        if (keys == null) {
            throw new IllegalStateException("no keys");
        }
        long number = level.space.sent().next();
        level.space.sent().add(0, frames.length, false, false).carries(null);
        ByteBuffer packet = ByteBuffer.allocate(2000);
        byte[] destination = connection.remoteIds.current().toBytes();
        byte[] source = connection.localIds.first().toBytes();
        packet.put((byte) (LongHeader.firstByte(type) | bits | NUMBER_LENGTH - 1))
                .putInt(LongHeader.VERSION_1)
                .put((byte) destination.length)
                .put(destination)
                .put((byte) source.length)
                .put(source)
                .put(tokenField)
                .putShort((short) (0x4000 | NUMBER_LENGTH + frames.length + PacketCipher.TAG_LENGTH));
        int numberAt = packet.position();
        packet.putInt((int) number).put(frames);
        int length = keys.seal(packet, 0, numberAt, NUMBER_LENGTH, number, packet.position());
        return Arrays.copyOf(packet.array(), length);
    }

    /** Messages that a piece of work sends, in place of those that it would send. */
    public static void tamper(HandshakeWork work, UnaryOperator<List<byte[]>> change) {
        List<byte[]> messages = new ArrayList<>();
        int at = -1;
        for (int i = work.outcomes().size() - 1; i >= 0; i--) {
            if (work.outcomes().get(i) instanceof HandshakeWork.Message message) {
                messages.addFirst(message.bytes());
                work.outcomes().remove(i);
                at = at < 0 ? i - messages.size() + 1 : Math.min(at, i);
            }
        }
        int where = Math.max(0, at);
        for (byte[] message : change.apply(messages)) {
            work.outcomes().add(where++, new HandshakeWork.Message(message));
        }
    }
}
