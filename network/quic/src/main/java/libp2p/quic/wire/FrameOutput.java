package libp2p.quic.wire;

/**
 * Writes frames into an array (RFC 9000, section 19). The caller asks for {@link #remaining} first; nothing is checked
 * twice. Reused; one thread at a time.
 */
public final class FrameOutput {
    private byte[] bytes = new byte[0];
    private int at;
    private int limit;

    /** Goes to the start of a range. */
    public FrameOutput reset(byte[] target, int offset, int end) {
        bytes = target;
        at = offset;
        limit = end;
        return this;
    }

    /** The array that is written to. */
    public byte[] bytes() {
        return bytes;
    }

    /** Index of the next byte. */
    public int at() {
        return at;
    }

    /** Goes to another index. */
    public void at(int index) {
        at = index;
    }

    /** Bytes that fit. */
    public int remaining() {
        return limit - at;
    }

    /** Offset at which writing must end. */
    public void limit(int end) {
        limit = end;
    }

    /** Writes the lowest 8 bits. */
    public FrameOutput uint8(int value) {
        bytes[at++] = (byte) value;
        return this;
    }

    /** Writes 8 bytes, the highest first. */
    public FrameOutput uint64(long value) {
        for (int shift = 56; shift >= 0; shift -= 8) {
            bytes[at++] = (byte) (value >>> shift);
        }
        return this;
    }

    /** Writes a variable-length integer of 1 to 8 bytes (RFC 9000, section 16), below 2^62. */
    public FrameOutput varint(long value) {
        at = VarInt.write(bytes, at, value);
        return this;
    }

    /** Copies a part of an array. */
    public FrameOutput bytes(byte[] source, int offset, int length) {
        System.arraycopy(source, offset, bytes, at, length);
        at += length;
        return this;
    }

    /** Copies a whole array. */
    public FrameOutput bytes(byte[] source) {
        return bytes(source, 0, source.length);
    }

    /** PADDING up to an index. */
    public FrameOutput padTo(int index) {
        while (at < index) {
            bytes[at++] = 0;
        }
        return this;
    }

    /** The head of a STREAM frame with its length; the data follows. */
    public void stream(long id, long offset, int length, boolean fin) {
        int type = FrameType.STREAM | FrameType.STREAM_LENGTH;
        type |= offset > 0 ? FrameType.STREAM_OFFSET : 0;
        uint8(type | (fin ? FrameType.STREAM_FIN : 0)).varint(id);
        if (offset > 0) {
            varint(offset);
        }
        varint(length);
    }

    /** Largest size of the head of a STREAM frame for data that fits into the given room. */
    public static int streamHead(long id, long offset, int room) {
        return 1 + VarInt.length(id) + (offset > 0 ? VarInt.length(offset) : 0) + VarInt.length(room);
    }
}
