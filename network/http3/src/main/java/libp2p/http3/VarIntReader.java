package libp2p.http3;

import java.nio.ByteBuffer;

/**
 * Reads integers of variable length (RFC 9000, section 16) from bytes as they come, one after the other. Not
 * thread-safe.
 */
public final class VarIntReader {
    private static final int VALUE_BITS = 0x3f;

    private long value;
    private int missing;

    /**
     * Takes bytes up to the end of the integer.
     *
     * @return whether it is complete; the next call begins another one
     */
    public boolean read(ByteBuffer in) {
        if (missing == 0 && in.hasRemaining()) {
            int first = in.get() & 0xff;
            missing = (1 << (first >> 6)) - 1;
            value = first & VALUE_BITS;
            if (missing == 0) {
                return true;
            }
        }
        while (missing > 0 && in.hasRemaining()) {
            value = value << Byte.SIZE | in.get() & 0xff;
            if (--missing == 0) {
                return true;
            }
        }
        return false;
    }

    /** The integer, once {@link #read} has returned true. */
    public long value() {
        return value;
    }

    /** Whether the last byte was inside an integer. */
    public boolean isInside() {
        return missing > 0;
    }

    /** How many bytes may be read without reading one behind the integer; at least 1. */
    public int wanted() {
        return Math.max(1, missing);
    }
}
