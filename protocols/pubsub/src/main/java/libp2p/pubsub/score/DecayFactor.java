package libp2p.pubsub.score;

import java.time.Duration;

/** Apart from the parameters, whose defaults need each other: initialised in one order only. */
final class DecayFactor {
    /** Value below which a counter becomes 0. */
    static final double TO_ZERO = 0.01;

    private DecayFactor() {}

    /** The factor per second that brings a counter of 1 to {@link #TO_ZERO} in a time of at least a second. */
    static double over(Duration time) {
        return Math.pow(TO_ZERO, 1.0 / Math.max(1, time.toSeconds()));
    }
}
