package libp2p.quic.recovery;

/**
 * Spreads packets over the round trip (RFC 9002, section 7.7): a bucket that fills a quarter faster than the window
 * asks for.
 */
public final class Pacer {
    private static final int BURST_PACKETS = 16;
    private static final long BURST_NANOS = 2_000_000;

    private long tokens;
    private long filled = Long.MIN_VALUE;

    /** Bytes that may leave now. */
    public long budget(long now, CongestionController congestion, RttEstimator rtt, int packet) {
        if (now == filled) {
            return tokens;
        }
        double rate = rate(congestion, rtt);
        long burst = Math.max((long) BURST_PACKETS * packet, (long) (rate * BURST_NANOS));
        if (filled == Long.MIN_VALUE) {
            tokens = burst;
        } else {
            tokens = (long) Math.min(burst, tokens + (now - filled) * rate);
        }
        filled = now;
        return tokens;
    }

    /** Bytes in a nanosecond. */
    private static double rate(CongestionController congestion, RttEstimator rtt) {
        double factor = congestion.inSlowStart() ? 2 : 1.25;
        return factor * congestion.window() / Math.max(rtt.smoothed(), 1);
    }

    /** Bytes have left. */
    public void sent(int bytes) {
        tokens -= bytes;
    }

    /** When there are tokens for a burst again; never sooner than a millisecond. */
    public long next(long now, CongestionController congestion, RttEstimator rtt, int packet) {
        double missing = (double) BURST_PACKETS / 2 * packet - tokens;
        long wait = (long) (missing / rate(congestion, rtt));
        return now + Math.max(wait, RttEstimator.GRANULARITY);
    }
}
