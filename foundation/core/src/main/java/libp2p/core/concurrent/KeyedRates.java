package libp2p.core.concurrent;

import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.SequencedMap;

/**
 * A token bucket for each key, such as a peer or an address. A bucket that is full again is forgotten when others are
 * asked for; when all places are taken by keys that have asked of late, a new key is refused, so that a flood of invented
 * keys opens nothing. Not thread-safe.
 */
public final class KeyedRates<K> {
    /**
     * Rate at which one key may ask.
     *
     * @param burst how often at once, at least 1
     * @param refill after which time one more is allowed
     */
    public record Rate(int burst, Duration refill) {
        public Rate {
            if (burst < 1 || refill.isNegative() || refill.isZero()) {
                throw new IllegalArgumentException("a rate of " + burst + " and one more after " + refill);
            }
        }

        /** So many in a minute, all of them at once if need be. */
        public static Rate perMinute(int count) {
            return new Rate(count, Duration.ofMinutes(1).dividedBy(count));
        }
    }

    /** More than come in one call, so that what a flood has left goes as others ask. */
    private static final int FORGOTTEN_AT_ONCE = 2;

    /** Buckets that are looked at when all places are taken. */
    private static final int LOOKED_AT = 8;

    /** The moment at which the bucket is full again; the emptier it is, the later. */
    private final SequencedMap<K, Long> fullAt = new LinkedHashMap<>(16, 0.75f, true);

    private final Rate rate;
    private final int keys;
    private final long refillNanos;

    /** @param keys how many keys are remembered at most */
    public KeyedRates(Rate rate, int keys) {
        this.rate = rate;
        this.keys = keys;
        this.refillNanos = rate.refill().toNanos();
    }

    /**
     * Takes a token.
     *
     * @param now nanoseconds on the monotonic clock
     * @return false if there is none, and nothing has changed
     */
    public boolean take(K key, long now) {
        forget(now, FORGOTTEN_AT_ONCE, FORGOTTEN_AT_ONCE);
        Long known = fullAt.get(key);
        if (known == null && fullAt.size() >= keys && !forget(now, LOOKED_AT, 1)) {
            return false;
        }
        long full = known == null ? now : Math.max(now, known);
        long then = full + refillNanos;
        if (then - now > refillNanos * rate.burst()) {
            return false;
        }
        fullAt.put(key, then);
        return true;
    }

    /** Forgets full buckets among those that were used least lately; true if there were any. */
    private boolean forget(long now, int looked, int most) {
        Iterator<Long> oldest = fullAt.values().iterator();
        int forgotten = 0;
        for (int i = 0; i < looked && forgotten < most && oldest.hasNext(); i++) {
            if (oldest.next() <= now) {
                oldest.remove();
                forgotten++;
            }
        }
        return forgotten > 0;
    }

    /** Number of keys remembered now. */
    public int size() {
        return fullAt.size();
    }
}
