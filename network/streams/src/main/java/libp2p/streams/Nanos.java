package libp2p.streams;

import java.time.Duration;

/** Durations as nanoseconds. */
public final class Nanos {
    private Nanos() {}

    /** The duration in nanoseconds; saturates, and negative ones are zero. */
    public static long of(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        try {
            return duration.toNanos();
        } catch (ArithmeticException tooLong) {
            return Long.MAX_VALUE;
        }
    }
}
