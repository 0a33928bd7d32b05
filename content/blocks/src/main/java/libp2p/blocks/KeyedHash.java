package libp2p.blocks;

import libp2p.multiformats.Multihash;

/**
 * Numbers of 64 bits that spread multihashes evenly. They follow from a secret of the store, so that no stranger can
 * make blocks that gather in one place. Immutable.
 */
final class KeyedHash {
    private static final long PRIME = 0x100000001b3L; // of FNV-1a with 64 bits

    private final long secret;

    KeyedHash(long secret) {
        this.secret = secret;
    }

    long secret() {
        return secret;
    }

    long of(Multihash hash) {
        byte[] bytes = hash.toBytes();
        return of(bytes, 0, bytes.length);
    }

    /** The number of the multihash that fills a range. */
    long of(byte[] bytes, int from, int to) {
        long number = secret;
        for (int i = from; i < to; i++) {
            number = (number ^ bytes[i]) * PRIME;
        }
        number = (number ^ number >>> 32) * 0x9e3779b97f4a7c15L;
        number = (number ^ number >>> 29) * 0xbf58476d1ce4e5b9L;
        return number ^ number >>> 32;
    }
}
