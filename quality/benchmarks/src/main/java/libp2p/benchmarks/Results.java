package libp2p.benchmarks;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** All that was measured, in the order it was measured. */
final class Results {
    /** Our node with the engines it chooses. */
    static final String OURS = "java";
    /** Our node of another checkout, most of the time an older one. */
    static final String BEFORE = "before";
    /** Our node without native code. */
    static final String PURE = "pure";

    private final Map<Figure, Map<String, Series>> figures = new LinkedHashMap<>();
    private final Map<String, Taking> takings = new LinkedHashMap<>();

    /** Adds a value and prints it. */
    void add(Figure figure, String who, double value) {
        put(figure, who, value);
        System.err.printf("  %-60s %-6s %.4g %s%n", figure.group() + ": " + figure.title(), who, value, figure.unit());
    }

    /** Adds a value. */
    void put(Figure figure, String who, double value) {
        figures.computeIfAbsent(figure, f -> new LinkedHashMap<>())
                .computeIfAbsent(who, w -> new Series())
                .add(value);
    }

    /** Says how all groups were taken that have no such note yet. */
    void taken(Taking taking) {
        figures.keySet().forEach(figure -> takings.putIfAbsent(figure.group(), taking));
    }

    /**
     * Takes over the groups of an earlier run that this one did not take. A group that it took without the column of
     * our node is still the earlier run's, with the column without native code added; the others served as peers.
     */
    void keep(Results earlier) {
        Set<String> own = figures.entrySet().stream()
                .filter(figure -> figure.getValue().containsKey(OURS))
                .map(figure -> figure.getKey().group())
                .collect(Collectors.toSet());
        earlier.takings.forEach((group, taking) -> {
            if (!own.contains(group)) {
                takings.put(group, taking);
            }
        });
        earlier.figures.forEach((figure, row) -> {
            if (!own.contains(figure.group())) {
                Map<String, Series> columns = figures.computeIfAbsent(figure, f -> new LinkedHashMap<>());
                Series pure = columns.get(PURE);
                columns.putAll(row);
                if (pure != null) {
                    columns.put(PURE, pure);
                }
            }
        });
    }

    void taken(String group, Taking taking) {
        takings.put(group, taking);
    }

    Map<Figure, Map<String, Series>> figures() {
        return figures;
    }

    Map<String, Taking> takings() {
        return takings;
    }

    /** Median of one over the other's, or null if one of them was not measured or is too small for the clock. */
    static @Nullable Double ratio(Map<String, Series> row, String ours, String other) {
        Series one = row.get(ours);
        Series theirs = row.get(other);
        return one == null || theirs == null || theirs.median() == 0 ? null : one.median() / theirs.median();
    }

    /** Ratio to the better of the others. */
    static @Nullable Double ratioToBest(Figure figure, Map<String, Series> row, String ours) {
        Double go = ratio(row, ours, "go");
        Double rust = ratio(row, ours, "rust");
        if (go == null || rust == null) {
            return go == null ? rust : go;
        }
        return figure.lowerIsBetter() ? Math.max(go, rust) : Math.min(go, rust);
    }

    /**
     * The number that the goal of a figure is held against: the value or the ratio to the better of the others; null:
     * not measured.
     */
    static @Nullable Double measuredAgainstGoal(Figure figure, Map<String, Series> row) {
        if (!figure.absolute()) {
            return ratioToBest(figure, row, OURS);
        }
        Series ours = row.get(OURS);
        return ours == null ? null : ours.median();
    }
}
