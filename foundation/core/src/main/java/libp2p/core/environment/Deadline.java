package libp2p.core.environment;

import java.time.Duration;

/**
 * A moment on the monotonic clock of an {@link Environment} until which an operation may take. Handing a deadline down
 * through several steps bounds them all together, as no timeout can.
 *
 * @param nanos value of {@link Environment#nanoTime()}; {@code Long.MAX_VALUE} means never
 */
public record Deadline(long nanos) {
    /** Never passes. */
    public static final Deadline NONE = new Deadline(Long.MAX_VALUE);

    /** The moment {@code timeout} from now; saturates, and negative timeouts count as zero. */
    public static Deadline after(Environment environment, Duration timeout) {
        long delta;
        try {
            delta = Math.max(0, timeout.toNanos());
        } catch (ArithmeticException tooLong) {
            return timeout.isNegative() ? new Deadline(environment.nanoTime()) : NONE;
        }
        return afterNanos(environment, delta);
    }

    /** The moment {@code nanos} nanoseconds from now; saturates. */
    public static Deadline afterNanos(Environment environment, long nanos) {
        long sum = environment.nanoTime() + nanos;
        return sum < 0 ? NONE : new Deadline(sum);
    }

    /** Whether this deadline can pass at all. */
    public boolean isFinite() {
        return nanos != Long.MAX_VALUE;
    }

    /** Whether the moment has come. */
    public boolean passed(Environment environment) {
        return isFinite() && environment.nanoTime() >= nanos;
    }

    /** Nanoseconds left, at least 0; {@code Long.MAX_VALUE} for {@link #NONE}. */
    public long remainingNanos(Environment environment) {
        return isFinite() ? Math.max(0, nanos - environment.nanoTime()) : Long.MAX_VALUE;
    }

    /** The earlier of the two. */
    public Deadline earlier(Deadline other) {
        return nanos <= other.nanos ? this : other;
    }
}
