package libp2p.quic.recovery;

/** The round trip (RFC 9002, section 5), in nanoseconds. */
public final class RttEstimator {
    /** Timers are not finer than this. */
    public static final long GRANULARITY = 1_000_000;
    /** The assumed round trip before one was measured. */
    public static final long INITIAL = 333_000_000;

    private long latest;
    private long minimum;
    private long smoothed = INITIAL;
    private long variance = INITIAL / 2;
    private boolean measured;
    private long firstSample;

    /** @param ackDelay what the remote says that it waited, bounded already */
    void sample(long roundTrip, long ackDelay, long now) {
        latest = Math.max(1, roundTrip);
        if (!measured) {
            measured = true;
            firstSample = now;
            minimum = latest;
            smoothed = latest;
            variance = latest / 2;
            return;
        }
        minimum = Math.min(minimum, latest);
        long adjusted = latest >= minimum + ackDelay ? latest - ackDelay : latest;
        variance = (3 * variance + Math.abs(smoothed - adjusted)) / 4;
        smoothed = (7 * smoothed + adjusted) / 8;
    }

    /** Another path: nothing is known of it. */
    public void reset() {
        measured = false;
        smoothed = INITIAL;
        variance = INITIAL / 2;
        latest = 0;
    }

    /** Whether at least one sample was taken. */
    public boolean isMeasured() {
        return measured;
    }

    /** Whether a packet of that time was sent when the round trip was known. */
    boolean isMeasuredBefore(long time) {
        return measured && time > firstSample;
    }

    /** Nanoseconds of the last sample, 0 before the first. */
    public long latest() {
        return latest;
    }

    /** Nanoseconds of the least sample on this path, 0 before the first. */
    public long minimum() {
        return minimum;
    }

    /** Nanoseconds, smoothed over the last samples; the initial estimate before the first. */
    public long smoothed() {
        return smoothed;
    }

    /** The probe timeout without the remote's delay (section 6.2.1). */
    public long probeTimeout() {
        return smoothed + Math.max(4 * variance, GRANULARITY);
    }

    /** Time by which a packet may be acknowledged later than others (section 6.1.2). */
    long lossDelay() {
        long longest = Math.max(latest, smoothed);
        return Math.max(longest + longest / 8, GRANULARITY);
    }
}
