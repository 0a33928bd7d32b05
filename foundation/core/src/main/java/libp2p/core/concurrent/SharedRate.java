package libp2p.core.concurrent;

/**
 * A rate for all askers together, and half as much again for the first question of an IP group in a minute: a few
 * networks that ask as often as they may do not keep the others from asking. Not thread-safe.
 */
public final class SharedRate {
    private static final String ALL = "";

    private final KeyedRates<String> all;
    private final KeyedRates<String> newcomers;
    private final KeyedRates<String> groups;

    /**
     * @param perMinute of all together, at least 1
     * @param groups how many are remembered at most; where all are in use, a new one has no share of its own
     */
    public SharedRate(int perMinute, int groups) {
        this.all = new KeyedRates<>(KeyedRates.Rate.perMinute(perMinute), 1);
        this.newcomers = new KeyedRates<>(KeyedRates.Rate.perMinute(Math.max(1, perMinute / 2)), 1);
        this.groups = new KeyedRates<>(KeyedRates.Rate.perMinute(1), groups);
    }

    /**
     * Takes a token.
     *
     * @param group from {@link libp2p.core.resource.Crowd#groupOf}
     * @param now nanoseconds on the monotonic clock
     * @return false if there is none
     */
    public boolean take(String group, long now) {
        boolean first = groups.take(group, now);
        return all.take(ALL, now) || first && newcomers.take(ALL, now);
    }
}
