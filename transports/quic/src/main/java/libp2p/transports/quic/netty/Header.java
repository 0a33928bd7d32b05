package libp2p.transports.quic.netty;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the first packet of a datagram shows without keys (RFC 8999, RFC 9000 section 17).
 *
 * @param longForm whether it has a long header
 * @param version of a long header
 * @param initial whether it is an Initial packet of version 1
 * @param destination the destination connection id
 * @param source the source connection id of a long header
 * @param token of an Initial packet; empty if there is none
 */
record Header(boolean longForm, int version, boolean initial, ByteBuffer destination, ByteBuffer source, byte[] token) {
    /** The only version that is spoken here. */
    static final int VERSION = 1;

    /** That of a Version Negotiation packet, which a server is never sent. */
    static final int NEGOTIATION = 0;

    private static final int FIXED_BIT = 0x40;
    private static final int LONG_FORM = 0x80;
    private static final int VERSION_AT = 1;
    private static final int DESTINATION_AT = 5;
    private static final int ID_LIMIT = 20;
    private static final int TOKEN_LIMIT = 512;
    private static final byte[] NO_TOKEN = {};
    private static final ByteBuffer NO_ID = ByteBuffer.allocate(0);

    /** Whether a datagram is for QUIC at all; others share the port by their first byte (RFC 9443). */
    static boolean isQuic(ByteBuf datagram) {
        return datagram.isReadable() && (datagram.getByte(datagram.readerIndex()) & (FIXED_BIT | LONG_FORM)) != 0;
    }

    /** Returns the header, or null if it is malformed. */
    static @Nullable Header parse(ByteBuf datagram) {
        int at = datagram.readerIndex();
        int end = datagram.writerIndex();
        int first = datagram.getByte(at);
        if ((first & LONG_FORM) == 0) {
            return end - at <= ConnectionIds.LENGTH
                    ? null
                    : new Header(false, 0, false, copy(datagram, at + 1, ConnectionIds.LENGTH), NO_ID, NO_TOKEN);
        }
        if (end - at < DESTINATION_AT + 2) {
            return null;
        }
        int version = datagram.getInt(at + VERSION_AT);
        int length = datagram.getUnsignedByte(at + DESTINATION_AT);
        int source = at + DESTINATION_AT + 1 + length;
        if (length > ID_LIMIT || source >= end) {
            return null;
        }
        ByteBuffer destination = copy(datagram, at + DESTINATION_AT + 1, length);
        int sourceLength = datagram.getUnsignedByte(source);
        int tokenAt = source + 1 + sourceLength;
        if (sourceLength > ID_LIMIT || tokenAt > end) {
            return null;
        }
        ByteBuffer sourceId = copy(datagram, source + 1, sourceLength);
        boolean initial = version == VERSION && (first & 0x30) == 0;
        if (!initial) {
            return new Header(true, version, false, destination, sourceId, NO_TOKEN);
        }
        byte[] token = token(datagram, tokenAt, end);
        return token == null ? null : new Header(true, version, true, destination, sourceId, token);
    }

    private static byte @Nullable [] token(ByteBuf datagram, int at, int end) {
        if (at >= end) {
            return null;
        }
        int first = datagram.getUnsignedByte(at);
        int size = 1 << (first >> 6);
        if (size > 2 || at + size > end) {
            return null; // a token of more than 16 KiB does not fit a datagram
        }
        int length = size == 1 ? first & 0x3f : datagram.getUnsignedShort(at) & 0x3fff;
        if (length > TOKEN_LIMIT || at + size + length > end) {
            return null;
        }
        byte[] token = new byte[length];
        datagram.getBytes(at + size, token);
        return token;
    }

    private static ByteBuffer copy(ByteBuf datagram, int at, int length) {
        byte[] bytes = new byte[length];
        datagram.getBytes(at, bytes);
        return ByteBuffer.wrap(bytes);
    }
}
