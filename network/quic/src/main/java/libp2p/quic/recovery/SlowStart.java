package libp2p.quic.recovery;

/** HyStart++ (RFC 9406): leaves slow start when the round trip grows, through a phase of slower growth. */
final class SlowStart {
    private static final long MIN_THRESHOLD = 4_000_000;
    private static final long MAX_THRESHOLD = 16_000_000;
    private static final int SAMPLES = 8;
    private static final int DIVISOR = 8;
    private static final int CONSERVATIVE_ROUNDS = 5;
    private static final int CONSERVATIVE_DIVISOR = 4;

    private long roundEnd = -1;
    private long latestSent = -1;
    private long lastMinimum = Long.MAX_VALUE;
    private long currentMinimum = Long.MAX_VALUE;
    private long baseline;
    private int samples;
    private boolean conservative;
    private int conservativeRounds;

    void reset() {
        roundEnd = -1;
        lastMinimum = Long.MAX_VALUE;
        currentMinimum = Long.MAX_VALUE;
        samples = 0;
        conservative = false;
    }

    void sent(long number) {
        latestSent = number;
        if (roundEnd < 0) {
            roundEnd = number;
        }
    }

    long growth(long bytes) {
        return conservative ? bytes / CONSERVATIVE_DIVISOR : bytes;
    }

    /**
     * Returns true when slow start is over.
     *
     * @param roundTrip if one was measured, or -1
     */
    boolean acknowledged(long largest, long roundTrip) {
        if (roundTrip >= 0) {
            currentMinimum = Math.min(currentMinimum, roundTrip);
            samples++;
        }
        if (samples >= SAMPLES && lastMinimum != Long.MAX_VALUE) {
            if (conservative) {
                conservative = currentMinimum >= baseline;
            } else {
                long threshold = Math.clamp(lastMinimum / DIVISOR, MIN_THRESHOLD, MAX_THRESHOLD);
                if (currentMinimum >= lastMinimum + threshold) {
                    conservative = true;
                    conservativeRounds = 0;
                    baseline = currentMinimum;
                }
            }
        }
        if (largest < roundEnd) {
            return false;
        }
        roundEnd = latestSent;
        lastMinimum = currentMinimum;
        currentMinimum = Long.MAX_VALUE;
        samples = 0;
        return conservative && ++conservativeRounds >= CONSERVATIVE_ROUNDS; // the one it began in counts
    }
}
