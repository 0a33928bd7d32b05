package libp2p.core.host;

import java.time.Duration;

/**
 * Decay of the value of a {@link DecayingTag}: after every interval it becomes {@code value · factor − step},
 * rounded down, until nothing is left. Either the factor is below 1 and the step 0, or the factor is 1 and the step
 * above 0.
 *
 * @param interval between two steps; above 0
 * @param factor that each step multiplies the value by, from 0 to 1
 * @param step that each step takes off, at least 0
 */
public record Decay(Duration interval, double factor, int step) {
    public Decay {
        boolean shrinks = factor >= 0 && factor < 1 && step == 0 || factor == 1 && step > 0;
        if (!shrinks || interval.isNegative() || interval.isZero()) {
            throw new IllegalArgumentException(
                    "no decay: interval " + interval + ", factor " + factor + ", step " + step);
        }
    }

    /** After every interval a part of the value is left. */
    public static Decay factor(Duration interval, double factor) {
        return new Decay(interval, factor, 0);
    }

    /** After every interval the value is less by a step. */
    public static Decay step(Duration interval, int step) {
        return new Decay(interval, 1, step);
    }

    /** The value that remains after a number of intervals; at least 0. */
    public int after(int value, long intervals) {
        if (value <= 0 || intervals <= 0) {
            return Math.max(0, value);
        }
        if (step > 0) {
            return intervals > value / step ? 0 : (int) (value - step * intervals);
        }
        return (int) (value * StrictMath.pow(factor, intervals));
    }
}
