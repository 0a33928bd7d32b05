package libp2p.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** All that was measured, in the order it was measured. */
final class Results {
    private final Map<Figure, Map<String, Series>> figures = new LinkedHashMap<>();

    void add(Figure figure, String who, double value) {
        figures.computeIfAbsent(figure, f -> new LinkedHashMap<>())
                .computeIfAbsent(who, w -> new Series())
                .add(value);
        System.err.printf("  %-60s %-6s %.4g %s%n", figure.group() + ": " + figure.title(), who, value, figure.unit());
    }

    Map<Figure, Map<String, Series>> figures() {
        return figures;
    }

    /** Median of ours over the other's, or null if one of them was not measured or is too small for the clock. */
    static @Nullable Double ratio(Map<String, Series> row, String other) {
        Series ours = row.get("java");
        Series theirs = row.get(other);
        return ours == null || theirs == null || theirs.median() == 0 ? null : ours.median() / theirs.median();
    }

    /** Ratio to the better of the others. */
    static @Nullable Double ratioToBest(Figure figure, Map<String, Series> row) {
        Double go = ratio(row, "go");
        Double rust = ratio(row, "rust");
        if (go == null || rust == null) {
            return go == null ? rust : go;
        }
        return figure.lowerIsBetter() ? Math.max(go, rust) : Math.min(go, rust);
    }
}
