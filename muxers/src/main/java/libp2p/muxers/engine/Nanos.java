package libp2p.muxers.engine;

import java.time.Duration;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;

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

    /** The deadline of a wait that may take so long; 0 means for ever. */
    static Deadline deadline(Environment environment, long timeoutNanos) {
        return timeoutNanos == 0 ? Deadline.NONE : Deadline.afterNanos(environment, timeoutNanos);
    }
}
