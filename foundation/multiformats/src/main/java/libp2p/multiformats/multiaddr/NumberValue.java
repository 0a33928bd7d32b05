package libp2p.multiformats.multiaddr;

import libp2p.multiformats.MalformedException;

/** An unsigned decimal number in a fixed number of big-endian bytes: ports, prefix lengths, memory addresses. */
record NumberValue(int bytes) implements Value {
    static final NumberValue PORT = new NumberValue(2);

    @Override
    public void parse(String text, int from, int to, Sink out) {
        long max = -1L >>> (64 - 8 * bytes);
        long value = parse(text, from, to, max);
        for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
            out.put((int) (value >>> shift));
        }
    }

    /** The number written by the characters, at most {@code max} (unsigned). Leading zeros are allowed. */
    static long parse(String text, int from, int to, long max) {
        long value = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new MalformedException("not a decimal number");
            }
            long next = value * 10 + digit;
            boolean overflow = Math.unsignedMultiplyHigh(value, 10) != 0 || Long.compareUnsigned(next, digit) < 0;
            if (overflow || Long.compareUnsigned(next, max) > 0) {
                throw new MalformedException("greater than " + Long.toUnsignedString(max));
            }
            value = next;
        }
        if (from == to) {
            throw new MalformedException("an empty number");
        }
        return value;
    }

    @Override
    public void check(byte[] in, int from, int to) {
        // Every number of this many bytes is valid.
    }

    @Override
    public void print(byte[] in, int from, int to, StringBuilder out) {
        long value = 0;
        for (int i = from; i < to; i++) {
            value = (value << 8) | (in[i] & 0xff);
        }
        if (value < 0) {
            out.append(Long.toUnsignedString(value));
        } else {
            out.append(value);
        }
    }
}
