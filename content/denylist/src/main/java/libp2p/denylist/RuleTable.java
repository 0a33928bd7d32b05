package libp2p.denylist;

/** Rules by key, in arrays: public lists have millions. Of rules with the same key the last one stays. One writer. */
final class RuleTable {
    /** Bytes of a place. */
    static final int PLACE = 3 * Long.BYTES;

    private static final int FIRST = 64;

    private final long mostBytes;
    private long[] keys = new long[2 * FIRST];
    private long[] values = new long[FIRST];
    private int size;

    /** @param mostBytes that the arrays may have, while they grow too */
    RuleTable(long mostBytes) {
        this.mostBytes = mostBytes;
    }

    /**
     * Takes a rule.
     *
     * @param value not 0
     * @return false if there is no room
     */
    boolean put(RuleKey key, long value) {
        if (4L * (size + 1) > 3L * values.length && !grow()) {
            return false;
        }
        int at = find(key, keys, values);
        if (values[at] == 0) {
            keys[2 * at] = key.high();
            keys[2 * at + 1] = key.low();
            size++;
        }
        values[at] = value;
        return true;
    }

    /** The value of a key, or 0. */
    long get(RuleKey key) {
        return values[find(key, keys, values)];
    }

    /** Bytes of the arrays. */
    long bytes() {
        return (long) PLACE * values.length;
    }

    int size() {
        return size;
    }

    private boolean grow() {
        int length = 2 * values.length;
        if (length <= 0 || 3L * PLACE * values.length > mostBytes) { // the old arrays and the new ones
            return false;
        }
        long[] moreKeys = new long[2 * length];
        long[] moreValues = new long[length];
        for (int i = 0; i < values.length; i++) {
            if (values[i] != 0) {
                int at = find(new RuleKey(keys[2 * i], keys[2 * i + 1]), moreKeys, moreValues);
                moreKeys[2 * at] = keys[2 * i];
                moreKeys[2 * at + 1] = keys[2 * i + 1];
                moreValues[at] = values[i];
            }
        }
        keys = moreKeys;
        values = moreValues;
        return true;
    }

    private static int find(RuleKey key, long[] keys, long[] values) {
        int mask = values.length - 1;
        int at = (int) key.high() & mask;
        while (values[at] != 0 && (keys[2 * at] != key.high() || keys[2 * at + 1] != key.low())) {
            at = at + 1 & mask;
        }
        return at;
    }
}
