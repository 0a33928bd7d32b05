package libp2p.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes {@code benchmarks.md} with all figures, and into the folder {@code benchmarks} beside it a chart for each group
 * and {@code benchmarks.json}.
 */
final class Report {
    static final String JSON = "benchmarks/benchmarks.json";
    private static final List<String> COLUMNS = List.of(Results.OURS, Results.PURE, "go", "rust");
    private static final String HEAD = """
        | figure | java | pure Java | go | rust | java : go | java : rust | pure : best | goal |
        |---|--:|--:|--:|--:|--:|--:|--:|--:|
        """;

    private Report() {}

    /**
     * Writes everything.
     *
     * @param preface the text before the tables
     */
    static void write(Results results, Path folder, String preface) throws IOException {
        Path charts = Files.createDirectories(folder.resolve("benchmarks"));
        Map<String, Map<Figure, Map<String, Series>>> groups = new LinkedHashMap<>();
        results.figures()
                .forEach((figure, row) -> groups.computeIfAbsent(figure.group(), g -> new LinkedHashMap<>())
                        .put(figure, row));
        StringBuilder text = new StringBuilder(preface);
        for (var group : groups.entrySet()) {
            String name = group.getKey();
            String file = name.replace(' ', '-') + ".svg";
            text.append("\n## ").append(heading(name)).append("\n\n");
            text.append(taken(results.takings().get(name)));
            if (group.getValue().values().stream().anyMatch(row -> row.size() > 1)) {
                Files.writeString(charts.resolve(file), Chart.of(name, group.getValue()));
                text.append("![%s](benchmarks/%s)%n%n".formatted(name, file));
            }
            text.append(table(group.getValue()));
        }
        Files.writeString(folder.resolve("benchmarks.md"), text + pieces(charts.resolve("pieces.md")));
        ResultsFile.write(results, folder.resolve(JSON));
    }

    private static String taken(@Nullable Taking taking) {
        return taking == null
                ? ""
                : String.format(
                        Locale.ROOT,
                        "`quality/benchmarks/run %s`, %s, rounds: %d, load average %.1f to %.1f%n%n",
                        taking.command(),
                        taking.date(),
                        taking.rounds(),
                        taking.least(),
                        taking.greatest());
    }

    /** The output of {@code quality/benchmarks/run pieces}, if it exists. */
    private static String pieces(Path file) throws IOException {
        return Files.exists(file) ? "\n## Pieces\n\n" + Files.readString(file) : "";
    }

    private static String table(Map<Figure, Map<String, Series>> rows) {
        StringBuilder text = new StringBuilder(HEAD);
        rows.forEach((figure, row) -> {
            text.append("| ").append(figure.title()).append(", ").append(figure.unit());
            COLUMNS.forEach(who -> text.append(" | ").append(spread(row.get(who))));
            text.append(" | ").append(ratio(Results.ratio(row, Results.OURS, "go")));
            text.append(" | ").append(ratio(Results.ratio(row, Results.OURS, "rust")));
            text.append(" | ").append(ratio(Results.ratioToBest(figure, row, Results.PURE)));
            text.append(" | ").append(goal(figure, row)).append(" |\n");
        });
        return text.toString();
    }

    private static String goal(Figure figure, Map<String, Series> row) {
        Double measured = Results.measuredAgainstGoal(figure, row);
        if (figure.goal() == 0 || measured == null) {
            return "";
        }
        return (figure.lowerIsBetter() ? "≤ " : "≥ ")
                + (figure.goal() == Math.rint(figure.goal()) ? "" + (long) figure.goal() : "" + figure.goal())
                + (figure.absolute() && !figure.unit().equals("×") ? " " + figure.unit() : "")
                + (figure.reached(measured) ? ": reached" : ": not reached");
    }

    static String spread(@Nullable Series series) {
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

    private static String heading(String group) {
        String text = group.replaceFirst("^tls\\b", "TLS").replaceFirst("^ws\\b", "WebSocket");
        text = text.replaceFirst("^quic\\b", "QUIC").replaceFirst("^webtransport\\b", "WebTransport");
        return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
    }
}
