package libp2p.kad.table;

import java.time.Duration;
import java.util.List;

/**
 * The time between two refreshes of a bucket, by the bits that its peers share with this host.
 *
 * @param steps by their first bucket, beginning with 0; none for the period of {@link TableLimits#refresh} everywhere
 */
public record RefreshProfile(List<Step> steps) {
    /**
     * A period from a bucket on.
     *
     * @param bucket bits that are shared
     * @param period positive
     */
    public record Step(int bucket, Duration period) {
        public Step {
            if (bucket < 0 || !period.isPositive()) {
                throw new IllegalArgumentException("a refresh every " + period + " from bucket " + bucket + " on");
            }
        }
    }

    /** All buckets at the pace of the bounds, ten minutes by default, as the specification has it. */
    public static final RefreshProfile EVEN = new RefreshProfile(List.of());

    /**
     * Five minutes for the buckets 0 to 31, ten up to 63, thirty up to 127, and an hour beyond. The buckets with low
     * numbers hold the distant peers, and a network of a million fills about fifteen.
     */
    public static final RefreshProfile BY_DISTANCE = new RefreshProfile(List.of(
            new Step(0, Duration.ofMinutes(5)),
            new Step(32, Duration.ofMinutes(10)),
            new Step(64, Duration.ofMinutes(30)),
            new Step(128, Duration.ofHours(1))));

    public RefreshProfile {
        steps = List.copyOf(steps);
        for (int i = 0; i < steps.size(); i++) {
            if (steps.get(i).bucket() <= (i == 0 ? -1 : steps.get(i - 1).bucket())
                    || i == 0 && steps.getFirst().bucket() != 0) {
                throw new IllegalArgumentException("the steps of a refresh profile begin with 0 and rise: " + steps);
            }
        }
    }

    /**
     * The period of a bucket.
     *
     * @param even that of all buckets where there are no steps
     */
    public Duration period(int bucket, Duration even) {
        Duration period = even;
        for (Step step : steps) {
            if (step.bucket() <= bucket) {
                period = step.period();
            }
        }
        return period;
    }

    /** The shortest period of a bucket. */
    public Duration shortest(Duration even) {
        return steps.stream().map(Step::period).min(Duration::compareTo).orElse(even);
    }
}
