package libp2p.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Writes {@code benchmarks.md}, a chart per group and {@code benchmarks.json} into a folder. */
final class Report {
    private static final List<String> COLUMNS = List.of("java", "go", "rust");

    private Report() {}

    static void write(Results results, Path folder, String preface) throws IOException {
        Path charts = Files.createDirectories(folder.resolve("benchmarks"));
        Map<String, Map<Figure, Map<String, Series>>> groups = new LinkedHashMap<>();
        results.figures()
                .forEach((figure, row) -> groups.computeIfAbsent(figure.group(), g -> new LinkedHashMap<>())
                        .put(figure, row));
        StringBuilder text = new StringBuilder(preface);
        for (var group : groups.entrySet()) {
            String file = group.getKey().replace(' ', '-') + ".svg";
            Files.writeString(charts.resolve(file), Chart.of(group.getKey(), group.getValue()));
            text.append("\n## ").append(capital(group.getKey())).append("\n\n");
            if (group.getValue().values().stream().anyMatch(row -> row.size() > 1)) {
                text.append("![")
                        .append(group.getKey())
                        .append("](benchmarks/")
                        .append(file)
                        .append(")\n\n");
            }
            text.append(table(group.getValue()));
        }
        Files.writeString(folder.resolve("benchmarks.md"), text);
        Files.writeString(charts.resolve("benchmarks.json"), json(results));
    }

    private static String table(Map<Figure, Map<String, Series>> rows) {
        StringBuilder text = new StringBuilder(
                "| figure | java | go | rust | java : go | java : rust | goal |\n|---|--:|--:|--:|--:|--:|--:|\n");
        rows.forEach((figure, row) -> {
            text.append("| ").append(figure.title()).append(", ").append(figure.unit());
            COLUMNS.forEach(who -> text.append(" | ").append(spread(row.get(who))));
            text.append(" | ").append(ratio(Results.ratio(row, "go")));
            text.append(" | ").append(ratio(Results.ratio(row, "rust")));
            text.append(" | ").append(goal(figure, row)).append(" |\n");
        });
        return text.toString();
    }

    private static String goal(Figure figure, Map<String, Series> row) {
        Double ratio = Results.ratioToBest(figure, row);
        if (figure.goal() == 0 || ratio == null) {
            return "";
        }
        return (figure.lowerIsBetter() ? "≤ " : "≥ ")
                + figure.goal()
                + (figure.reached(ratio) ? ": reached" : ": not reached");
    }

    private static String spread(@Nullable Series series) {
        if (series == null) {
            return "";
        }
        String median = number(series.median());
        return series.values().size() == 1
                ? median
                : median + " [" + number(series.least()) + "–" + number(series.greatest()) + "]";
    }

    private static String ratio(@Nullable Double ratio) {
        return ratio == null ? "" : String.format(Locale.ROOT, "%.2f", ratio);
    }

    /** Three significant digits, no exponent. */
    static String number(double value) {
        int decimals = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
        return String.format(Locale.ROOT, "%." + decimals + "f", value);
    }

    private static String json(Results results) {
        List<String> figures = new ArrayList<>();
        results.figures().forEach((figure, row) -> {
            List<String> series = new ArrayList<>();
            row.forEach((who, values) -> series.add("\"%s\": %s".formatted(who, values.values())));
            figures.add("  {\"group\": \"%s\", \"figure\": \"%s\", \"unit\": \"%s\", \"goal\": %s, \"values\": {%s}}"
                    .formatted(
                            figure.group(), figure.title(), figure.unit(), figure.goal(), String.join(", ", series)));
        });
        return "[\n" + String.join(",\n", figures) + "\n]\n";
    }

    private static String capital(String text) {
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
