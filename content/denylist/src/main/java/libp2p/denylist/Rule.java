package libp2p.denylist;

/**
 * What a list keeps of a rule beside its key.
 *
 * @param value the line from 1 in the upper half; below it whether the rule lets in, and the number of its hints
 */
record Rule(long value) {
    private static final int LINE = 32;
    private static final long ALLOWS = 1L << 31;

    static Rule of(int line, boolean allows, int hints) {
        return new Rule((long) line << LINE | (allows ? ALLOWS : 0) | hints);
    }

    /** The line of a value, 0 of none. */
    static int line(long value) {
        return (int) (value >>> LINE);
    }

    int line() {
        return line(value);
    }

    boolean allows() {
        return (value & ALLOWS) != 0;
    }

    int hints() {
        return (int) (value & (ALLOWS - 1));
    }
}
