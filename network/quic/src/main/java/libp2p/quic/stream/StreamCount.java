package libp2p.quic.stream;

/**
 * Number of streams of one kind that the remote has opened and may open (RFC 9000, section 4.6): one more for each that
 * has ended. Streams that the remote resets, or stops, or has refused, cost it little and this side a thread each, so
 * credit for them comes no faster than {@link #PAUSE} apart, after {@link #AT_ONCE}.
 */
final class StreamCount {
    /** Streams that were reset for which credit may come at once. */
    static final int AT_ONCE = 256;
    /** Nanoseconds for each of those beyond. */
    static final long PAUSE = 10_000_000;
    /** Credit that is held back is given in such portions. */
    private static final int PORTION = 32;

    private static final long NEVER = Long.MAX_VALUE;

    private final int atOnce;
    long opened;
    private long allowed;
    private long ended;
    private boolean lost;
    private int held;
    /** When all resets so far would have been paid for with a pause each; 0 before the first. */
    private long paid;

    private boolean paced;

    StreamCount(int atOnce) {
        this.atOnce = atOnce;
        this.allowed = atOnce;
    }

    long allowed() {
        return allowed;
    }

    /** A stream is over. */
    void ended(boolean reset, long now) {
        if (!reset) {
            ended++;
        } else if (held == 0 && mayPay(1, now)) {
            pay(now);
        } else {
            held++;
        }
    }

    private boolean mayPay(int count, long now) {
        return !paced || paid - now <= (AT_ONCE - count) * PAUSE;
    }

    private void pay(long now) {
        paid = (paced && paid - now > 0 ? paid : now) + PAUSE;
        paced = true;
        ended++;
    }

    /** When {@link #timeout} is to be called, or {@code Long.MAX_VALUE}. */
    long nextTimeout() {
        return held == 0 ? NEVER : paid - (AT_ONCE - Math.min(held, PORTION)) * PAUSE;
    }

    /** Gives credit that was held back, as much as is due. */
    void timeout(long now) {
        if (held > 0 && now >= nextTimeout()) {
            while (held > 0 && mayPay(1, now)) {
                pay(now);
                held--;
            }
        }
    }

    boolean isUpdateDue() {
        return lost || atOnce > 0 && ended + atOnce - allowed >= Math.max(1, atOnce / 4);
    }

    /** MAX_STREAMS was lost. */
    void lost() {
        lost = true;
    }

    /** The limit that is told now. */
    long update() {
        lost = false;
        allowed = Math.max(allowed, ended + atOnce);
        return allowed;
    }
}
