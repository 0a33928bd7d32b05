package libp2p.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code benchmarks.json}: an array with one flat object a line; a note of how a group was taken, or a figure. */
final class ResultsFile {
    private static final Pattern SERIES = Pattern.compile("\"([a-z]+)\": \\[([^\\]]*)\\]");

    private ResultsFile() {}

    static void write(Results results, Path file) throws IOException {
        List<String> lines = new ArrayList<>();
        results.takings()
                .forEach((group, taking) -> lines.add(String.format(
                        Locale.ROOT,
                        "  {\"taken\": \"%s\", \"command\": \"%s\", \"date\": \"%s\", \"rounds\": %d,"
                                + " \"least_load\": %.1f, \"greatest_load\": %.1f}",
                        group,
                        taking.command(),
                        taking.date(),
                        taking.rounds(),
                        taking.least(),
                        taking.greatest())));
        results.figures().forEach((figure, row) -> lines.add(line(figure, row)));
        Files.writeString(file, "[\n" + String.join(",\n", lines) + "\n]\n");
    }

    private static String line(Figure figure, Map<String, Series> row) {
        List<String> series = new ArrayList<>();
        row.forEach((who, values) -> series.add("\"%s\": %s".formatted(who, values.values())));
        return ("  {\"group\": \"%s\", \"figure\": \"%s\", \"unit\": \"%s\", \"lower_is_better\": %s, \"goal\": %s,"
                        + " \"absolute\": %s, \"values\": {%s}}")
                .formatted(
                        figure.group(),
                        figure.title(),
                        figure.unit(),
                        figure.lowerIsBetter(),
                        figure.goal(),
                        figure.absolute(),
                        String.join(", ", series));
    }

    /** Nothing if there is no such file. */
    static Results read(Path file) throws IOException {
        Results results = new Results();
        if (!Files.exists(file)) {
            return results;
        }
        for (String text : Files.readAllLines(file)) {
            Event line = new Event(text);
            if (!line.text("taken").isEmpty()) {
                results.taken(line.text("taken"), taking(line));
            } else if (!line.text("figure").isEmpty()) {
                Matcher series = SERIES.matcher(text);
                while (series.find()) {
                    for (String value : series.group(2).split(",")) {
                        results.put(figure(line), series.group(1), Double.parseDouble(value));
                    }
                }
            }
        }
        return results;
    }

    private static Taking taking(Event line) {
        return new Taking(
                line.text("command"),
                line.text("date"),
                (int) line.number("rounds"),
                line.number("least_load"),
                line.number("greatest_load"));
    }

    private static Figure figure(Event line) {
        return new Figure(
                line.text("group"),
                line.text("figure"),
                line.text("unit"),
                line.flag("lower_is_better"),
                line.number("goal"),
                line.flag("absolute"));
    }
}
