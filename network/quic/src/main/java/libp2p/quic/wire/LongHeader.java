package libp2p.quic.wire;

/**
 * The part of a packet with a long header that is not protected (RFC 9000, section 17.2; RFC 8999). Reused, and filled
 * from bytes of strangers: whatever does not fit makes {@link #parse} return false, without an exception that would
 * cost more than the packet. One thread at a time.
 */
public final class LongHeader {
    /** QUIC version 1. */
    public static final int VERSION_1 = 1;

    /** Type of an Initial packet (RFC 9000, section 17.2). */
    public static final int INITIAL = 0;
    /** Type of a 0-RTT packet. */
    public static final int ZERO_RTT = 1;
    /** Type of a Handshake packet. */
    public static final int HANDSHAKE = 2;
    /** Type of a Retry packet. */
    public static final int RETRY = 3;

    private static final int FORM = 0x80;
    private static final int FIXED = 0x40;
    private static final int INVARIANT = 7;
    private static final int TYPE_SHIFT = 4;

    private int version;
    private int type;
    private int destinationAt;
    private int destinationLength;
    private int sourceAt;
    private int sourceLength;
    private int tokenAt;
    private int tokenLength;
    private int numberAt;
    private int end;

    /** Whether the first byte of a packet is that of a long header. */
    public static boolean isLong(byte first) {
        return (first & FORM) != 0;
    }

    /** Whether the bit is set that every packet of version 1 has. */
    public static boolean hasFixedBit(byte first) {
        return (first & FIXED) != 0;
    }

    /** The first byte of a packet, without what header protection covers. */
    public static int firstByte(int type) {
        return FORM | FIXED | type << TYPE_SHIFT;
    }

    /**
     * Reads what every version has in common; false if it is malformed. Ids of other versions may have up to 255 bytes.
     */
    public boolean parseInvariant(byte[] bytes, int offset, int length) {
        int limit = offset + length;
        if (length < INVARIANT || !isLong(bytes[offset])) {
            return false;
        }
        version = (bytes[offset + 1] & 0xff) << 24
                | (bytes[offset + 2] & 0xff) << 16
                | (bytes[offset + 3] & 0xff) << 8
                | bytes[offset + 4] & 0xff;
        destinationLength = bytes[offset + 5] & 0xff;
        destinationAt = offset + 6;
        int at = destinationAt + destinationLength;
        if (at >= limit) {
            return false;
        }
        sourceLength = bytes[at] & 0xff;
        sourceAt = at + 1;
        end = sourceAt + sourceLength;
        return end <= limit;
    }

    /** Reads a header of version 1; false if it is malformed. */
    public boolean parse(byte[] bytes, int offset, int length) {
        if (!parseInvariant(bytes, offset, length)
                || version != VERSION_1
                || !hasFixedBit(bytes[offset])
                || destinationLength > ConnectionId.MAX_LENGTH
                || sourceLength > ConnectionId.MAX_LENGTH) {
            return false;
        }
        int limit = offset + length;
        type = bytes[offset] >> TYPE_SHIFT & 3;
        tokenAt = end;
        tokenLength = 0;
        numberAt = end;
        if (type == RETRY) {
            tokenLength = limit - end;
            end = limit;
            return true;
        }
        if (type == INITIAL) {
            long token = varint(bytes, numberAt, limit);
            if (token < 0 || token > limit - numberAt) {
                return false;
            }
            tokenAt = numberAt;
            tokenLength = (int) token;
            numberAt += tokenLength;
        }
        long rest = varint(bytes, numberAt, limit);
        if (rest < 0 || rest > limit - numberAt) {
            return false;
        }
        end = numberAt + (int) rest;
        return true;
    }

    /** Reads an integer and moves {@link #numberAt} behind it; -1 if it does not fit. */
    private long varint(byte[] bytes, int at, int limit) {
        if (at >= limit) {
            return -1;
        }
        int count = 1 << (bytes[at] >> 6 & 3);
        if (count > limit - at) {
            return -1;
        }
        long value = bytes[at] & 0x3f;
        for (int i = at + 1; i < at + count; i++) {
            value = value << 8 | bytes[i] & 0xff;
        }
        numberAt = at + count;
        return value;
    }

    /** The version; 0 is that of Version Negotiation. */
    public int version() {
        return version;
    }

    /** {@link #INITIAL} and so on. */
    public int type() {
        return type;
    }

    /** Offset of the destination connection id. */
    public int destinationAt() {
        return destinationAt;
    }

    /** Bytes of the destination connection id, 0 to 255 where the version is unknown. */
    public int destinationLength() {
        return destinationLength;
    }

    /** Offset of the source connection id. */
    public int sourceAt() {
        return sourceAt;
    }

    /** Bytes of the source connection id. */
    public int sourceLength() {
        return sourceLength;
    }

    /** Offset of the token of an Initial; in a Retry, of token and tag. */
    public int tokenAt() {
        return tokenAt;
    }

    /** Bytes of the token of an Initial; in a Retry, of token and tag. */
    public int tokenLength() {
        return tokenLength;
    }

    /** Offset of the packet number. */
    public int numberAt() {
        return numberAt;
    }

    /** Index behind the packet; after {@link #parseInvariant} alone, behind the ids. */
    public int end() {
        return end;
    }
}
