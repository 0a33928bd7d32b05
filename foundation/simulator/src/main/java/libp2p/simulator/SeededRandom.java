package libp2p.simulator;

import java.util.random.RandomGenerator;

/**
 * SplitMix64: tiny, quick, the same on every JVM. Sub-seeds come from names, so that a new use of randomness does not
 * change the draws of the others. Not for secrets.
 */
final class SeededRandom implements RandomGenerator {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    SeededRandom(long seed) {
        this.state = mix(seed + GOLDEN);
    }

    /** A generator of its own for a purpose. */
    static SeededRandom of(long seed, String purpose) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < purpose.length(); i++) {
            hash = (hash ^ purpose.charAt(i)) * 0x100000001B3L;
        }
        return new SeededRandom(mix(seed) ^ hash);
    }

    @Override
    public long nextLong() {
        return mix(state += GOLDEN);
    }

    @Override
    public int nextInt(int bound) {
        if (bound <= 0) {
            throw new IllegalArgumentException("bound must be positive");
        }
        return (int) (((nextLong() >>> 32) * bound) >>> 32);
    }

    /** True once in so many draws. */
    boolean oneIn(int times) {
        return nextInt(times) == 0;
    }

    /** A number from 0 to max, both included. */
    long upTo(long max) {
        return max <= 0 ? 0 : nextLong(max + 1);
    }

    static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
