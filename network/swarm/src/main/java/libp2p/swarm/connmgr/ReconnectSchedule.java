package libp2p.swarm.connmgr;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Waits before a lost peer is dialed again: 1 s, then twice as long after every failure, at most 5 min, each
 * a fifth more or less. A connection that stood for a minute starts the schedule anew. Pure but for the draws of
 * jitter.
 */
final class ReconnectSchedule {
    static final Duration BASE = Duration.ofSeconds(1);
    static final Duration MAXIMUM = Duration.ofMinutes(5);
    static final Duration STABLE = Duration.ofMinutes(1);
    private static final double JITTER = 0.2;

    private final RandomGenerator random;
    private int failures;

    ReconnectSchedule(RandomGenerator random) {
        this.random = random;
    }

    /** A connection has ended. */
    void lost(Duration lifetime) {
        if (lifetime.compareTo(STABLE) >= 0) {
            failures = 0;
        }
    }

    /** The pause before the next attempt; counts it as failed until {@link #lost} says otherwise. */
    Duration next() {
        long doubled = BASE.toNanos() << Math.min(failures, 20);
        failures++;
        double pause = Math.min(doubled, MAXIMUM.toNanos()) * (1 + JITTER * (2 * random.nextDouble() - 1));
        return Duration.ofNanos((long) Math.min(pause, MAXIMUM.toNanos()));
    }
}
