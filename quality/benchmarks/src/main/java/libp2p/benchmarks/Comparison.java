package libp2p.benchmarks;

import java.util.Locale;
import java.util.Map;

/** The figures of our node beside those of its program from another checkout, taken in turns in one run. */
final class Comparison {
    private static final String HEAD = """
        | figure | now | before | now : before | go |
        |---|--:|--:|--:|--:|
        """;

    private Comparison() {}

    /** A table of medians with least and greatest value; figures that only one of both has are left out. */
    static String of(Results results) {
        StringBuilder text = new StringBuilder(HEAD);
        results.figures().forEach((figure, row) -> {
            Double ratio = Results.ratio(row, Results.OURS, Results.BEFORE);
            if (ratio != null) {
                text.append("| ").append(figure.group()).append(", ").append(figure.title());
                text.append(", ").append(figure.unit());
                text.append(" | ").append(spread(row, Results.OURS));
                text.append(" | ").append(spread(row, Results.BEFORE));
                text.append(String.format(Locale.ROOT, " | %.2f", ratio));
                text.append(" | ").append(spread(row, "go")).append(" |\n");
            }
        });
        return text.toString();
    }

    private static String spread(Map<String, Series> row, String who) {
        Series series = row.get(who);
        return series == null ? "" : Report.spread(series);
    }
}
