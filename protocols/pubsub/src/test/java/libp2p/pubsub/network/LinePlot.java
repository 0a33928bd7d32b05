package libp2p.pubsub.network;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Lines in one frame, as SVG. */
final class LinePlot {
    private static final int WIDTH = 330;
    private static final int HEIGHT = 200;
    private static final String[] COLOURS = {"#b8541a", "#4d9fbf", "#5a9a4d", "#7d7d7d"};

    private record Line(String name, List<double[]> points, boolean dashed) {}

    private final String title;
    private final List<Line> lines = new ArrayList<>();

    LinePlot(String title) {
        this.title = title;
    }

    /** @param points pairs of x and y */
    void line(String name, List<double[]> points, boolean dashed) {
        lines.add(new Line(name, points, dashed));
    }

    /** Plots side by side under a title. */
    static String svg(String title, List<LinePlot> plots) {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\""
                        + " font-size=\"10\">%n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>%n",
                plots.size() * (WIDTH + 60) + 10,
                HEIGHT + 80));
        out.append("<text x=\"10\" y=\"16\" font-size=\"13\">").append(title).append("</text>\n");
        for (int i = 0; i < plots.size(); i++) {
            plots.get(i).draw(out, 50 + i * (WIDTH + 60), 40);
        }
        return out.append("</svg>\n").toString();
    }

    private void draw(StringBuilder out, int left, int top) {
        double[] x = {Double.MAX_VALUE, -Double.MAX_VALUE};
        double[] y = {0, 1};
        for (Line line : lines) {
            for (double[] point : line.points) {
                x[0] = Math.min(x[0], point[0]);
                x[1] = Math.max(x[1], point[0]);
                y[0] = Math.min(y[0], point[1]);
                y[1] = Math.max(y[1], point[1]);
            }
        }
        text(out, left, top - 8, "start", title);
        out.append(String.format(
                Locale.ROOT,
                "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" fill=\"none\" stroke=\"#999\"/>%n",
                left,
                top,
                WIDTH,
                HEIGHT));
        for (int i = 0; i <= 4; i++) {
            double value = y[0] + (y[1] - y[0]) * i / 4;
            text(out, left - 4, top + HEIGHT - HEIGHT * i / 4 + 3, "end", number(value));
            text(out, left + WIDTH * i / 4, top + HEIGHT + 12, "middle", number(x[0] + (x[1] - x[0]) * i / 4));
        }
        Map<String, String> colours = new LinkedHashMap<>();
        for (Line line : lines) {
            String colour = colours.computeIfAbsent(line.name, name -> COLOURS[colours.size() % COLOURS.length]);
            StringBuilder path = new StringBuilder();
            for (double[] point : line.points) {
                path.append(String.format(
                        Locale.ROOT,
                        "%.1f,%.1f ",
                        left + WIDTH * (point[0] - x[0]) / Math.max(1e-9, x[1] - x[0]),
                        top + HEIGHT - HEIGHT * (point[1] - y[0]) / Math.max(1e-9, y[1] - y[0])));
            }
            out.append(String.format(
                    Locale.ROOT,
                    "<polyline fill=\"none\" stroke=\"%s\" stroke-width=\"1.5\"%s points=\"%s\"/>%n",
                    colour,
                    line.dashed ? " stroke-dasharray=\"4 3\"" : "",
                    path.toString().strip()));
        }
        int at = left;
        for (Map.Entry<String, String> colour : colours.entrySet()) {
            out.append(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"10\" height=\"3\" fill=\"%s\"/>%n",
                    at,
                    top + HEIGHT + 24,
                    colour.getValue()));
            text(out, at + 14, top + HEIGHT + 28, "start", colour.getKey());
            at += 90;
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, Math.abs(value) < 10 ? "%.1f" : "%.0f", value);
    }

    private static void text(StringBuilder out, int x, int y, String anchor, String text) {
        out.append(String.format(
                Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text));
    }
}
