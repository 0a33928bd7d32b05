package libp2p.metrics;

/**
 * Bounds on the values of labels.
 *
 * @param protocols protocol families that are counted apart; later ones are counted as {@code "other"}
 * @param peers peers whose traffic is counted apart: the ones with the latest streams
 */
public record MetricsLimits(int protocols, int peers) {
    /** The defaults. */
    public static final MetricsLimits DEFAULT = new MetricsLimits(200, 64);

    public MetricsLimits {
        if (protocols < 0 || peers < 0) {
            throw new IllegalArgumentException("a negative limit: " + protocols + " protocols, " + peers + " peers");
        }
    }
}
