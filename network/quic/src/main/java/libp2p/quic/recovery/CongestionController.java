package libp2p.quic.recovery;

/**
 * The congestion window: CUBIC (RFC 9438) after a slow start that HyStart++ (RFC 9406) leaves before it loses packets.
 * On paths where CUBIC must not be slower than standard TCP it grows as {@link #FLOWS} flows of TCP together do. Bytes
 * and nanoseconds.
 */
public final class CongestionController {
    private static final double C = 0.4;
    private static final double BETA = 0.7;
    /**
     * A connection takes the share of so many TCP flows (RFC 5681) where random losses limit it, and never more. RFC
     * 9438 has 1, quic-go takes that of 1.37, Chromium that of 2.
     */
    static final double FLOWS = 1.5;

    /**
     * Packets by which the window grows in a round trip. A window that is multiplied by beta after each loss of share p
     * is alpha (1 + beta) / (2 (1 - beta) p) squared on average (RFC 9438, section 4.3), that of TCP 3 / (2 p).
     */
    private static final double ALPHA = FLOWS * FLOWS * 3 * (1 - BETA) / (1 + BETA);

    private static final int MINIMUM_PACKETS = 2;
    private static final long MAX_WINDOW = 64L << 20;
    private static final int BURST_PACKETS = 3;

    private final int initialPackets;
    private int packet;
    private long window;
    private long threshold = Long.MAX_VALUE;
    private long inFlight;
    private long recoveryStart = Long.MIN_VALUE;
    private double windowMax;
    private double k;
    private double tcpWindow;
    private long epoch = Long.MIN_VALUE;
    /** Since when the window does not hold the sender back, which is no time for CUBIC; or {@code Long.MIN_VALUE}. */
    private long unlimitedSince = Long.MIN_VALUE;

    private final SlowStart slowStart = new SlowStart();

    /**
     * @param packet size of a datagram
     * @param initialPackets of the first window
     */
    public CongestionController(int packet, int initialPackets) {
        this.packet = packet;
        this.initialPackets = initialPackets;
        this.window = (long) initialPackets * packet;
    }

    /** Bytes that may be in flight. */
    public long window() {
        return window;
    }

    /** Bytes that were sent and are neither acknowledged nor lost. */
    public long inFlight() {
        return inFlight;
    }

    /** Number of bytes that may be sent now; negative if too many are on their way. */
    public long room() {
        return window - inFlight;
    }

    /** Whether the window is below the slow start threshold. */
    public boolean inSlowStart() {
        return window < threshold;
    }

    /** Datagrams are larger now. */
    public void packetSize(int bytes) {
        packet = bytes;
        window = Math.max(window, (long) MINIMUM_PACKETS * packet);
    }

    /** Another path: its window starts anew (RFC 9000, section 9.4). The bytes in flight stay. */
    public void reset() {
        window = (long) initialPackets * packet;
        threshold = Long.MAX_VALUE;
        beginAnew();
    }

    private void beginAnew() {
        recoveryStart = Long.MIN_VALUE;
        windowMax = 0;
        epoch = Long.MIN_VALUE;
        unlimitedSince = Long.MIN_VALUE;
        slowStart.reset();
    }

    /** @param number in the space of 1-RTT packets, or -1: rounds are counted in that space alone */
    void sent(int bytes, long number) {
        inFlight += bytes;
        if (number >= 0) {
            slowStart.sent(number);
        }
    }

    /** Bytes are not in flight any more, for no fault of the path. */
    void discarded(int bytes) {
        inFlight -= bytes;
    }

    boolean isInRecovery(long sentTime) {
        return sentTime <= recoveryStart;
    }

    /**
     * Bytes were acknowledged.
     *
     * @param newer how many of them were sent after the latest congestion event
     * @param largest number of a 1-RTT packet, or -1
     * @param sampled whether the round trip was measured
     */
    void acknowledged(long bytes, long newer, long largest, boolean sampled, RttEstimator rtt, long now) {
        boolean limited = isLimited();
        inFlight -= bytes;
        if (inSlowStart()) {
            if (limited) {
                window = Math.min(MAX_WINDOW, window + slowStart.growth(newer));
            }
            if (largest >= 0 && slowStart.acknowledged(largest, sampled ? rtt.latest() : -1)) {
                threshold = window;
            }
        } else if (newer > 0) {
            if (limited) {
                avoid(newer, rtt, now);
            } else if (unlimitedSince == Long.MIN_VALUE) {
                unlimitedSince = now;
            }
        }
    }

    /** Whether the window is what keeps the sender back; otherwise it must not grow. */
    private boolean isLimited() {
        return inFlight >= window
                || window - inFlight <= (long) BURST_PACKETS * packet
                || inSlowStart() && inFlight > window / 2;
    }

    private void avoid(long bytes, RttEstimator rtt, long now) {
        if (epoch == Long.MIN_VALUE) {
            epoch = now;
            if (windowMax <= window) {
                windowMax = window;
                k = 0;
            } else {
                k = Math.cbrt((windowMax - window) / packet / C);
            }
            tcpWindow = window;
        } else if (unlimitedSince != Long.MIN_VALUE) { // RFC 9438, section 5.8
            epoch += now - unlimitedSince;
        }
        unlimitedSince = Long.MIN_VALUE;
        double seconds = (now - epoch + rtt.minimum()) / 1e9;
        double distance = seconds - k;
        double target = windowMax + C * distance * distance * distance * packet;
        tcpWindow += ALPHA * packet * bytes / window;
        double goal = Math.max(window, Math.min(target, 1.5 * window));
        double grown = window + (goal - window) / window * bytes;
        window = (long) Math.min(MAX_WINDOW, Math.max(grown, tcpWindow));
    }

    /** Packets were lost or marked. Once in a round trip it makes the window smaller. */
    void congested(long sentTime, long now) {
        if (isInRecovery(sentTime)) {
            return;
        }
        recoveryStart = now;
        epoch = Long.MIN_VALUE;
        unlimitedSince = Long.MIN_VALUE;
        windowMax = window < windowMax ? window * (1 + BETA) / 2 : window;
        window = Math.max((long) (window * BETA), (long) MINIMUM_PACKETS * packet);
        threshold = window;
        slowStart.reset();
    }

    /** Nothing came through for so long that the path must be found anew (RFC 9002, section 7.6). */
    void persistent() {
        window = (long) MINIMUM_PACKETS * packet;
        beginAnew();
    }
}
