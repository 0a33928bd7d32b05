package libp2p.pubsub.message;

import org.jspecify.annotations.Nullable;

/** Uncompresses the block format of Snappy, in which Ethereum's messages travel. */
final class Snappy {
    private static final int LITERAL = 0;
    private static final int COPY_1 = 1;
    private static final int COPY_2 = 2;
    /** Bytes of a preamble at most: a varint of 32 bits. */
    private static final int PREAMBLE = 5;

    private final byte[] in;
    private final byte[] out;
    private int from;
    private int to;

    private Snappy(byte[] in, int from, int size) {
        this.in = in;
        this.from = from;
        this.out = new byte[size];
    }

    /**
     * @param most bytes that the result may have
     * @return null if this is no such block, or its result is larger
     */
    static byte @Nullable [] uncompress(byte[] in, int most) {
        long size = 0;
        int from = 0;
        int shift = 0;
        while (true) {
            if (from == in.length || from == PREAMBLE) {
                return null;
            }
            byte b = in[from++];
            size |= (b & 0x7fL) << shift;
            if (b >= 0) {
                break;
            }
            shift += 7;
        }
        // A copy of three bytes makes 64 at most, so a small block cannot claim a large result.
        if (size > most || size > 64L * in.length) {
            return null;
        }
        Snappy snappy = new Snappy(in, from, (int) size);
        return snappy.run() ? snappy.out : null;
    }

    private boolean run() {
        while (from < in.length) {
            int tag = in[from++] & 0xff;
            boolean well = switch (tag & 3) {
                case LITERAL -> literal(tag >>> 2);
                case COPY_1 -> from < in.length && copy((tag >>> 2 & 7) + 4, (tag >>> 5) << 8 | in[from++] & 0xff);
                case COPY_2 -> from + 2 <= in.length && copy((tag >>> 2) + 1, number(2));
                default -> from + 4 <= in.length && copy((tag >>> 2) + 1, number(4));
            };
            if (!well) {
                return false;
            }
        }
        return to == out.length;
    }

    private boolean literal(int code) {
        long length = code + 1L;
        if (code >= 60) {
            int bytes = code - 59;
            if (from + bytes > in.length) {
                return false;
            }
            length = (number(bytes) & 0xffffffffL) + 1;
        }
        if (length > in.length - from || length > out.length - to) {
            return false;
        }
        System.arraycopy(in, from, out, to, (int) length);
        from += (int) length;
        to += (int) length;
        return true;
    }

    private int number(int bytes) {
        int value = 0;
        for (int i = 0; i < bytes; i++) {
            value |= (in[from++] & 0xff) << 8 * i;
        }
        return value;
    }

    private boolean copy(int length, int offset) {
        if (offset <= 0 || offset > to || length > out.length - to) {
            return false;
        }
        for (int i = 0; i < length; i++, to++) { // may read what it writes
            out[to] = out[to - offset];
        }
        return true;
    }
}
