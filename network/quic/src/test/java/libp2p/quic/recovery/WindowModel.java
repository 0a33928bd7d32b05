package libp2p.quic.recovery;

/**
 * The congestion window by RFC 9002 (sections 7.3 to 7.8 and appendix B), RFC 9438 (CUBIC) and RFC 9406 (HyStart++).
 * Where these leave a choice, the model chooses as the engine does: a sender counts as limited by the window when at
 * most three packets more would fit, in slow start also when more than half of it is in use.
 *
 * <p>One rule is not the RFC's (ADR 21): W_est grows as the windows of one and a half flows of TCP together, so that
 * alpha is that of RFC 9438 times 1.5 squared, for as long as the epoch lasts.
 */
final class WindowModel {
    private static final double C = 0.4;
    private static final double BETA_CUBIC = 0.7;
    private static final long MIN_RTT_THRESH = 4_000_000;
    private static final long MAX_RTT_THRESH = 16_000_000;
    private static final long INFINITE = Long.MAX_VALUE;

    private final int segment;
    double cwnd;
    double ssthresh = Double.POSITIVE_INFINITY;
    long inFlight;
    long recoveryStart = Long.MIN_VALUE;

    // CUBIC
    private double wMax;
    private double wEst;
    private double k;
    private long epoch = Long.MIN_VALUE;
    private long unlimitedSince = Long.MIN_VALUE;

    // HyStart++
    private long windowEnd = -1;
    private long lastSent = -1;
    private long lastRoundMinRtt = INFINITE;
    private long currentRoundMinRtt = INFINITE;
    private long cssBaselineMinRtt = INFINITE;
    private int rttSampleCount;
    private boolean css;
    private int cssRounds;

    WindowModel(int segment, int packets) {
        this.segment = segment;
        cwnd = (double) segment * packets;
    }

    boolean inSlowStart() {
        return cwnd < ssthresh;
    }

    void sent(long number) {
        lastSent = number;
        if (windowEnd < 0) {
            windowEnd = number;
        }
    }

    /**
     * @param newer bytes sent after the latest congestion event
     * @param largest 1-RTT packet number, or -1
     * @param sample of the round trip, or -1
     */
    void acknowledged(long bytes, long newer, long largest, long sample, long minRtt, long now) {
        boolean limited = cwnd - inFlight <= 3L * segment || cwnd < ssthresh && inFlight > cwnd / 2;
        inFlight -= bytes;
        if (cwnd < ssthresh) {
            if (limited) {
                cwnd += css ? newer / 4.0 : newer;
            }
            if (largest >= 0) {
                hyStart(largest, sample);
            }
        } else if (newer > 0) {
            avoidance(limited, newer, minRtt, now);
        }
    }

    private void hyStart(long largest, long sample) {
        if (sample >= 0) {
            currentRoundMinRtt = Math.min(currentRoundMinRtt, sample);
            rttSampleCount++;
        }
        if (rttSampleCount >= 8 && currentRoundMinRtt != INFINITE && lastRoundMinRtt != INFINITE) {
            long threshold = Math.max(MIN_RTT_THRESH, Math.min(lastRoundMinRtt / 8, MAX_RTT_THRESH));
            if (css && currentRoundMinRtt < cssBaselineMinRtt) {
                cssBaselineMinRtt = INFINITE;
                css = false;
            } else if (!css && currentRoundMinRtt >= lastRoundMinRtt + threshold) {
                cssBaselineMinRtt = currentRoundMinRtt;
                css = true;
                cssRounds = 0;
            }
        }
        if (largest >= windowEnd) {
            windowEnd = lastSent;
            lastRoundMinRtt = currentRoundMinRtt;
            currentRoundMinRtt = INFINITE;
            rttSampleCount = 0;
            if (css && ++cssRounds >= 5) {
                ssthresh = Math.floor(cwnd);
            }
        }
    }

    private void avoidance(boolean limited, long acked, long minRtt, long now) {
        if (!limited) { // RFC 9438, section 5.8: such time does not count
            unlimitedSince = unlimitedSince == Long.MIN_VALUE ? now : unlimitedSince;
            return;
        }
        if (epoch == Long.MIN_VALUE) {
            epoch = now;
            wEst = cwnd;
            if (wMax <= cwnd) {
                wMax = cwnd;
                k = 0;
            } else {
                k = Math.cbrt((wMax - cwnd) / segment / C);
            }
        } else if (unlimitedSince != Long.MIN_VALUE) {
            epoch += now - unlimitedSince;
        }
        unlimitedSince = Long.MIN_VALUE;
        double t = (now - epoch) / 1e9;
        double cubic = segment * C * Math.pow(t + minRtt / 1e9 - k, 3) + wMax;
        double target = Math.max(cwnd, Math.min(cubic, 1.5 * cwnd));
        double alpha = 1.5 * 1.5 * 3 * (1 - BETA_CUBIC) / (1 + BETA_CUBIC);
        wEst += alpha * segment * (acked / cwnd);
        cwnd = Math.max(wEst, cwnd + (target - cwnd) * (acked / cwnd));
    }

    /** OnCongestionEvent. */
    void congestion(long sentTime, long now) {
        if (sentTime <= recoveryStart) {
            return;
        }
        recoveryStart = now;
        wMax = cwnd < wMax ? cwnd * (1 + BETA_CUBIC) / 2 : cwnd;
        ssthresh = Math.floor(Math.max(cwnd * BETA_CUBIC, 2.0 * segment));
        cwnd = ssthresh;
        begin();
    }

    /** Persistent congestion; RFC 9438, section 4.8 of what follows. */
    void persistent() {
        cwnd = 2.0 * segment;
        recoveryStart = Long.MIN_VALUE;
        wMax = 0;
        begin();
    }

    private void begin() {
        epoch = Long.MIN_VALUE;
        unlimitedSince = Long.MIN_VALUE;
        windowEnd = -1;
        lastRoundMinRtt = INFINITE;
        currentRoundMinRtt = INFINITE;
        rttSampleCount = 0;
        css = false;
    }
}
