package libp2p.blocks;

import libp2p.multiformats.Multihash;

/** A set of longs that are spread evenly, in 12 to 24 bytes each. One thread at a time. */
final class HashSet64 {
    private long[] table = new long[1024];
    private int size;
    private boolean zero;

    void add(long value) {
        if (value == 0) {
            zero = true;
            return;
        }
        if (2 * size >= table.length) {
            long[] old = table;
            table = new long[2 * old.length];
            for (long one : old) {
                if (one != 0) {
                    table[place(one)] = one;
                }
            }
        }
        int at = place(value);
        if (table[at] == 0) {
            table[at] = value;
            size++;
        }
    }

    /** The larger of two sets, to which the smaller was added. */
    static HashSet64 union(HashSet64 one, HashSet64 other) {
        HashSet64 larger = one.size < other.size ? other : one;
        HashSet64 smaller = larger == one ? other : one;
        larger.zero |= smaller.zero;
        for (long value : smaller.table) {
            if (value != 0) {
                larger.add(value);
            }
        }
        return larger;
    }

    boolean contains(long value) {
        return value == 0 ? zero : table[place(value)] == value;
    }

    /** Eight bytes of a digest: two hashes that share them keep each other, which does no harm. */
    static long key(Multihash hash) {
        byte[] digest = hash.digest();
        long key = hash.code();
        for (int i = 0; i < Math.min(8, digest.length); i++) {
            key = (key << 8 | key >>> 56) ^ (digest[i] & 0xff);
        }
        return key;
    }

    private int place(long value) {
        int mask = table.length - 1;
        int at = Long.hashCode(value * 0x9e3779b97f4a7c15L) & mask;
        while (table[at] != 0 && table[at] != value) {
            at = at + 1 & mask;
        }
        return at;
    }
}
