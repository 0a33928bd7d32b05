package libp2p.core.concurrent;

import libp2p.core.environment.Environment;

/**
 * A rate with bursts: tokens flow in evenly and are taken as they are used. Not thread-safe; {@link #tryTake} reads the
 * clock that it is given. A bucket is three numbers, so that one can be kept for each peer.
 */
public final class TokenBucket {
    private final double perNano;
    private final double burst;
    private double tokens;
    private long filled;

    /**
     * A full bucket.
     *
     * @param perSecond tokens that flow in each second; finite, at least 0
     * @param burst tokens that the bucket holds; at least 1
     * @param now {@link Environment#nanoTime()}
     */
    public TokenBucket(double perSecond, double burst, long now) {
        if (!(perSecond >= 0) || Double.isInfinite(perSecond) || !(burst >= 1)) {
            throw new IllegalArgumentException("no rate: " + perSecond + " a second, bursts of " + burst);
        }
        this.perNano = perSecond / 1e9;
        this.burst = burst;
        this.tokens = burst;
        this.filled = now;
    }

    /**
     * Takes tokens if there are enough.
     *
     * @param count at least 0
     * @param now {@link Environment#nanoTime()}, not before an earlier call's
     */
    public boolean tryTake(double count, long now) {
        fill(now);
        if (count > tokens) {
            return false;
        }
        tokens -= count;
        return true;
    }

    /**
     * Nanoseconds until so many tokens can be taken: 0 if now, {@code Long.MAX_VALUE} if never.
     *
     * @param now {@link Environment#nanoTime()}, not before an earlier call's
     */
    public long nanosUntil(double count, long now) {
        fill(now);
        if (count <= tokens) {
            return 0;
        }
        double wait = (count - tokens) / perNano;
        return count > burst || !(wait < Long.MAX_VALUE) ? Long.MAX_VALUE : (long) Math.ceil(wait);
    }

    /** Whether the bucket is full: then it holds nothing worth remembering. */
    public boolean isFull(long now) {
        fill(now);
        return tokens >= burst;
    }

    private void fill(long now) {
        tokens = Math.min(burst, tokens + Math.max(0, now - filled) * perNano);
        filled = Math.max(filled, now);
    }
}
