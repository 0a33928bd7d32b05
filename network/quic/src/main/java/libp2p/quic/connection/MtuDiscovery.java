package libp2p.quic.connection;

/**
 * Path MTU discovery: finds how large datagrams of a path may be (RFC 8899; RFC 9000, section 14.3): tries the largest first, then halves.
 * Claims of routers are not believed. Under the lock of the connection.
 */
final class MtuDiscovery {
    /** The datagram size that every path of QUIC carries. */
    static final int BASE = 1200;

    private static final int ATTEMPTS = 3;
    private static final int STEP = 20;
    /** After so long without a probe the path may have grown (PMTU_RAISE_TIMER). */
    private static final long RAISE = 600_000_000_000L;

    private int largest;
    private int size = BASE;
    private int upper;
    private int probe;
    private int failed;
    private long sentAt;
    private boolean inFlight;
    private boolean enabled;

    MtuDiscovery(int largest) {
        this.largest = Math.max(BASE, largest);
        upper = this.largest;
    }

    /** The size that is known to get through. */
    int size() {
        return size;
    }

    /** The remote takes no more than this. */
    void limit(long bytes) {
        largest = (int) Math.clamp(bytes, BASE, largest);
        upper = Math.min(upper, largest);
        size = Math.min(size, largest);
    }

    void enable() {
        enabled = true;
    }

    /** The size of the probe that is to be sent now, or 0. */
    int due(long now) {
        if (!enabled || inFlight) {
            return 0;
        }
        if (upper - size < STEP) {
            if (largest - size < STEP || now - sentAt < RAISE) {
                return 0;
            }
            upper = largest;
            probe = 0;
            failed = 0;
        }
        return failed == 0 && probe == 0 ? upper : failed > 0 ? probe : (size + upper + 1) / 2;
    }

    void sent(int bytes, long now) {
        probe = bytes;
        sentAt = now;
        inFlight = true;
    }

    void arrived(int bytes) {
        inFlight = false;
        failed = 0;
        size = Math.max(size, bytes);
        upper = Math.max(upper, size);
    }

    void lost(int bytes) {
        inFlight = false;
        if (bytes == probe && ++failed >= ATTEMPTS) {
            upper = bytes - 1;
            failed = 0;
        }
    }

    /** Nothing larger than the base gets through any more, or it is another path. */
    void restart() {
        size = BASE;
        upper = largest;
        probe = 0;
        failed = 0;
        inFlight = false;
    }
}
