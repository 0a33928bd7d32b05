package libp2p.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The values of one figure for one implementation. */
final class Series {
    private final List<Double> values = new ArrayList<>();

    void add(double value) {
        values.add(value);
    }

    List<Double> values() {
        return Collections.unmodifiableList(values);
    }

    double median() {
        return quantile(values, 0.5);
    }

    double least() {
        return Collections.min(values);
    }

    double greatest() {
        return Collections.max(values);
    }

    /** Between the two nearest ranks in proportion. */
    static double quantile(List<Double> values, double q) {
        List<Double> sorted = values.stream().sorted().toList();
        double rank = q * (sorted.size() - 1);
        int below = (int) Math.floor(rank);
        int above = (int) Math.ceil(rank);
        return sorted.get(below) + (rank - below) * (sorted.get(above) - sorted.get(below));
    }
}
