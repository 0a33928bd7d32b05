package libp2p.scenarios.flood;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A table with a row for each flood, in {@code target/floods.md} and, if the system property {@code floods.table} names
 * a file that has the table already, there too: a row of the same name is replaced.
 */
final class Report {
    private static final String HEADER =
            "| flood | load before | made a second | refused by limits | pings answered | new peers, p50 ms, in peace"
                    + " | calm p50, p99 ms | in the flood p50, p99 ms | p99 × | neighbour calm p50, p99 ms | beside the"
                    + " flood p50, p99 ms | p99 × | peak heap, MiB | peak descriptors | peak threads of the host |"
                    + " platform threads | s |";
    private static final String LINE = "|---|" + "--:|".repeat(16);
    private static final Path OWN = Path.of("target", "floods.md");

    private Report() {}

    /** @param cells of a row, the first of which names it */
    static void add(List<Object> cells) throws IOException {
        String row =
                "| " + String.join(" | ", cells.stream().map(String::valueOf).toList()) + " |";
        if (!Files.exists(OWN) || !Files.readAllLines(OWN).contains(HEADER)) {
            Files.createDirectories(OWN.getParent());
            Files.write(OWN, List.of(HEADER, LINE));
        }
        replace(OWN, row);
        String table = System.getProperty("floods.table", "");
        if (!table.isEmpty()) {
            replace(Path.of(table), row);
        }
    }

    private static void replace(Path file, String row) throws IOException {
        List<String> lines = new ArrayList<>(Files.readAllLines(file));
        int header = lines.indexOf(HEADER);
        if (header < 0) {
            throw new IOException("no table of floods in " + file);
        }
        String name = row.substring(0, row.indexOf('|', 1));
        int at = header + 2;
        while (at < lines.size()
                && lines.get(at).startsWith("|")
                && !lines.get(at).startsWith(name)) {
            at++;
        }
        if (at < lines.size() && lines.get(at).startsWith("|")) {
            lines.set(at, row);
        } else {
            lines.add(at, row);
        }
        Files.write(file, lines);
    }
}
