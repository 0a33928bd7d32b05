package libp2p.quic.stream;

/**
 * Credit that is given to the remote (RFC 9000, section 4): an absolute limit that moves on as bytes are consumed, by a
 * window that grows where it is used up faster than a few round trips.
 */
final class ReceiveWindow {
    private static final int ROUND_TRIPS = 4;

    private final long largest;
    private long size;
    private long limit;
    private long consumed;
    private long epochConsumed;
    private long epochStart = Long.MIN_VALUE;

    ReceiveWindow(long size, long largest) {
        this.size = size;
        this.largest = Math.max(size, largest);
        this.limit = size;
    }

    /** The limit that the remote knows. */
    long limit() {
        return limit;
    }

    long size() {
        return size;
    }

    void consume(long bytes) {
        consumed += bytes;
    }

    long consumed() {
        return consumed;
    }

    /** Whether a quarter of the window is free that the remote does not know of. */
    boolean isUpdateDue() {
        return consumed + size - limit >= size / 4;
    }

    /** Size that the window would like to have. */
    long wanted(long roundTrip, long now) {
        if (epochStart == Long.MIN_VALUE) {
            epochStart = now;
            epochConsumed = consumed;
            return size;
        }
        long used = consumed - epochConsumed;
        if (used <= size / 2) {
            return size;
        }
        boolean fast = (now - epochStart) < (double) ROUND_TRIPS * roundTrip * used / size;
        epochStart = now;
        epochConsumed = consumed;
        return fast ? Math.min(2 * size, largest) : size;
    }

    void size(long bytes) {
        size = Math.max(size, bytes);
    }

    /** Gives the credit; returns the new limit. */
    long update() {
        limit = Math.max(limit, consumed + size);
        return limit;
    }
}
