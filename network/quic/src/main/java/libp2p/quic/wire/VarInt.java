package libp2p.quic.wire;

/** Integers of variable length (RFC 9000, section 16). */
public final class VarInt {
    /** The largest value, 2⁶² − 1. */
    public static final long MAX = (1L << 62) - 1;
    /** The longest encoding in bytes. */
    public static final int MAX_LENGTH = 8;

    private VarInt() {}

    /** Number of bytes of the shortest encoding. */
    public static int length(long value) {
        if (value < 1 << 6) {
            return 1;
        }
        if (value < 1 << 14) {
            return 2;
        }
        return value < 1 << 30 ? 4 : MAX_LENGTH;
    }

    /**
     * Writes the shortest encoding and returns the index behind it.
     *
     * @throws IllegalArgumentException if the value is negative or above {@link #MAX}
     */
    public static int write(byte[] target, int at, long value) {
        if (value < 0 || value > MAX) {
            throw new IllegalArgumentException(value + " is not a variable-length integer of QUIC");
        }
        if (value < 1 << 6) {
            target[at] = (byte) value;
            return at + 1;
        }
        if (value < 1 << 14) {
            return write(target, at, value, 2);
        }
        return write(target, at, value, value < 1 << 30 ? 4 : MAX_LENGTH);
    }

    /** Writes the encoding of 1, 2, 4 or 8 bytes, which must be large enough, and returns the index behind it. */
    public static int write(byte[] target, int at, long value, int length) {
        for (int i = 0; i < length; i++) {
            target[at + i] = (byte) (value >>> (8 * (length - 1 - i)));
        }
        int prefix = length == 1 ? 0 : length == 2 ? 1 : length == 4 ? 2 : 3;
        target[at] |= (byte) (prefix << 6);
        return at + length;
    }
}
