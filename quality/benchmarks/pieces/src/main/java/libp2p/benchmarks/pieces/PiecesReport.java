package libp2p.benchmarks.pieces;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import libp2p.benchmarks.pieces.Pieces.Piece;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/** {@code pieces.md} and {@code pieces.json}: per benchmark, engine and size the best and the median iteration. */
final class PiecesReport {
    private record Row(String what, String engine, int bytes, double best, double median) {}

    private final List<Row> rows = new ArrayList<>();

    void add(Piece piece, Collection<RunResult> results) {
        for (RunResult result : results) {
            BenchmarkParams parameters = result.getParams();
            String name = parameters.getBenchmark();
            Statistics times = result.getPrimaryResult().getStatistics();
            int bytes = Integer.parseInt(parameter(parameters, "bytes", "0"));
            String detail = parameter(parameters, "value", parameter(parameters, "text", ""));
            String payload = parameter(parameters, "payload", "");
            String what = piece.title() + ", " + words(name.substring(name.lastIndexOf('.') + 1))
                    + (bytes == 0 ? "" : ", " + bytes + " bytes")
                    + (payload.isEmpty() ? "" : ", " + payload + " bytes of payload")
                    + (detail.isEmpty() ? "" : ", `" + detail + "`");
            System.err.printf("  %-60s %-9s %s%n", what, parameter(parameters, "engine", ""), time(times.getMin()));
            rows.add(
                    new Row(what, parameter(parameters, "engine", ""), bytes, times.getMin(), times.getPercentile(50)));
        }
    }

    private static String parameter(BenchmarkParams parameters, String name, String otherwise) {
        return parameters.getParamsKeys().contains(name) ? parameters.getParam(name) : otherwise;
    }

    /** sealAndOpen: seal and open. */
    private static String words(String method) {
        return method.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    }

    void write(Path folder) throws IOException {
        StringBuilder table = new StringBuilder("| piece | engine | best | median | MB/s |\n|---|---|--:|--:|--:|\n");
        StringBuilder json = new StringBuilder("[\n");
        for (Row row : rows) {
            String rate = row.bytes() < 1000 ? "" : String.format(Locale.ROOT, "%.0f", 1e3 * row.bytes() / row.best());
            table.append("| %s | %s | %s | %s | %s |%n"
                    .formatted(row.what(), row.engine(), time(row.best()), time(row.median()), rate));
            json.append(json.length() > 2 ? ",\n" : "")
                    .append(String.format(
                            Locale.ROOT,
                            "  {\"piece\": \"%s\", \"engine\": \"%s\", \"best_ns\": %.2f, \"median_ns\": %.2f}",
                            row.what(),
                            row.engine(),
                            row.best(),
                            row.median()));
        }
        Files.writeString(folder.resolve("pieces.md"), table);
        Files.writeString(folder.resolve("pieces.json"), json.append("\n]\n"));
        System.err.println("written: " + folder.resolve("pieces.md"));
    }

    private static String time(double nanos) {
        return nanos < 1000
                ? String.format(Locale.ROOT, "%.1f ns", nanos)
                : String.format(Locale.ROOT, "%.1f µs", nanos / 1000);
    }
}
