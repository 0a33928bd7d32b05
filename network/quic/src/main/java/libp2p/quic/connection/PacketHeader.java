package libp2p.quic.connection;

import libp2p.quic.protect.KeyPhases;
import libp2p.quic.wire.ConnectionId;
import libp2p.quic.wire.LongHeader;
import libp2p.quic.wire.VarInt;

/** Writes the headers of packets (RFC 9000, section 17), which are protected later. */
final class PacketHeader {
    private static final int LENGTH_BYTES = 2;

    private PacketHeader() {}

    /** Writes the header to the start of an array and returns where the packet number goes. */
    static int write(Connection connection, LevelState level, NetworkPath path, byte[] target, int numberLength) {
        if (level.index == TlsDriver.APPLICATION) {
            KeyPhases keys = connection.oneRtt;
            boolean phase = keys != null && keys.phase();
            target[0] = (byte) (0x40 | (phase ? 4 : 0) | numberLength - 1);
            ConnectionId own = path.id;
            return (own == null ? connection.remoteIds.current() : own).write(target, 1);
        }
        boolean initial = level.index == TlsDriver.INITIAL;
        target[0] =
                (byte) (LongHeader.firstByte(initial ? LongHeader.INITIAL : LongHeader.HANDSHAKE) | numberLength - 1);
        target[1] = 0;
        target[2] = 0;
        target[3] = 0;
        target[4] = LongHeader.VERSION_1;
        target[5] = (byte) connection.remoteIds.current().length();
        int at = connection.remoteIds.current().write(target, 6);
        target[at] = (byte) connection.localIds.first().length();
        at = connection.localIds.first().write(target, at + 1);
        if (initial) {
            byte[] token = connection.token;
            at = VarInt.write(target, at, token.length);
            System.arraycopy(token, 0, target, at, token.length);
            at += token.length;
        }
        return at + LENGTH_BYTES;
    }

    /** Writes the packet number. */
    static void number(byte[] target, int at, int length, long number) {
        for (int i = 0; i < length; i++) {
            target[at + i] = (byte) (number >>> (8 * (length - 1 - i)));
        }
    }

    /** Writes how long a packet with a long header is from its number on. */
    static void length(byte[] target, int numberAt, int length) {
        VarInt.write(target, numberAt - LENGTH_BYTES, length, LENGTH_BYTES);
    }
}
