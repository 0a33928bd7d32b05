package libp2p.simulator;

/** One direction of a {@link Link}. Frames leave one after the other at the bandwidth and arrive after the latency. */
final class Path {
    /** A bottleneck that is further behind than this drops datagrams. */
    static final long MOST_QUEUED_NANOS = 1_000_000_000L;

    final SimulatedEnvironment from;
    final SimulatedEnvironment to;
    private final SimulatedNetwork network;
    private final SeededRandom random;
    long latencyNanos;
    long jitterNanos;
    /** Bytes per second; 0 means without bound. */
    long bandwidth;

    /** Bytes of the longest packet; 0 means without bound. */
    int mtu;

    double loss;
    double duplication;
    boolean cut;
    private long busyUntil;

    Path(SimulatedNetwork network, SimulatedEnvironment from, SimulatedEnvironment to, long latencyNanos, long seed) {
        this.network = network;
        this.from = from;
        this.to = to;
        this.latencyNanos = latencyNanos;
        this.random = SeededRandom.of(seed, "path." + from.name() + "." + to.name());
    }

    /** Whether nothing gets through now. */
    boolean isBlocked() {
        return cut || from.isOff() || to.isOff() || network.separates(from, to);
    }

    /** Whether the next frame gets lost. */
    boolean loses() {
        return loss > 0 && random.nextDouble() < loss;
    }

    /** Whether the next datagram arrives twice. */
    boolean duplicates() {
        return duplication > 0 && random.nextDouble() < duplication;
    }

    /** Whether a datagram finds the queue before the bottleneck full. */
    boolean isCongested(long now) {
        return busyUntil - now > MOST_QUEUED_NANOS;
    }

    /** Sends a frame and tells when it arrives. */
    long transmit(long now, int size) {
        long departure = Math.max(now, busyUntil);
        if (bandwidth > 0) {
            departure += Math.ceilDiv(size * 1_000_000_000L, bandwidth);
            busyUntil = departure;
        }
        return departure + latencyNanos + random.upTo(jitterNanos);
    }

    /** Time for which a sender waits for an acknowledgement before it sends again, the first time. */
    long retransmissionNanos() {
        return Math.max(200_000_000L, 3 * latencyNanos);
    }
}
