package libp2p.benchmarks;

import java.util.Locale;
import java.util.Map;

/** A bar chart as SVG: per figure one bar for each implementation, go being 1. */
final class Chart {
    private static final Map<String, String> COLOURS =
            Map.of("java", "#b8541a", "pure", "#e0a070", "go", "#4d9fbf", "rust", "#7d7d7d");
    private static final int LABEL = 430;
    private static final int UNIT = 160;
    private static final int BAR = 12;
    private static final int WIDTH = 1000;

    private Chart() {}

    static String of(String title, Map<Figure, Map<String, Series>> rows) {
        StringBuilder bars = new StringBuilder();
        int y = 40;
        for (var entry : rows.entrySet()) {
            Series go = entry.getValue().get("go");
            if (go == null) {
                continue;
            }
            bars.append(text(LABEL - 8, y + BAR + 4, "end", entry.getKey().title() + arrow(entry.getKey())));
            for (var bar : entry.getValue().entrySet()) {
                double ratio = bar.getValue().median() / go.median();
                double width = Math.min(ratio * UNIT, WIDTH - LABEL - 60.0);
                bars.append(String.format(
                        Locale.ROOT,
                        "<rect x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"%d\" fill=\"%s\"/>%n",
                        LABEL,
                        y,
                        width,
                        BAR - 1,
                        COLOURS.getOrDefault(bar.getKey(), "#333")));
                bars.append(text(
                        LABEL + (int) width + 4,
                        y + BAR - 2,
                        "start",
                        bar.getKey() + " " + String.format(Locale.ROOT, "%.2f", ratio)));
                y += BAR;
            }
            y += BAR;
        }
        return ("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"11\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n%s%s</svg>%n")
                .formatted(
                        WIDTH,
                        y + 10,
                        text(10, 20, "start", title + ", relative to go = 1 (↓ lower is better, ↑ higher is better)"),
                        bars);
    }

    private static String arrow(Figure figure) {
        return figure.lowerIsBetter() ? " ↓" : " ↑";
    }

    private static String text(int x, int y, String anchor, String text) {
        String escaped = text.replace("&", "&amp;").replace("<", "&lt;");
        return "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n".formatted(x, y, anchor, escaped);
    }
}
