package libp2p.mistakes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import libp2p.core.testing.SourceTree;
import libp2p.mistakes.PlantedMistake.Change;
import libp2p.mistakes.PlantedMistake.Selection;

/**
 * The mistakes of {@code quality/mistakes/list}, a file for each family. A mistake is a block of lines between empty
 * ones:
 *
 * <pre>
 * # A retired connection id is still used
 * libp2p.quic.connection.RemoteConnectionIds
 * - current = available.removeFirst();
 * + available.removeFirst();
 * ? network/quic libp2p.quic.simulation.SimulationTest
 * </pre>
 *
 * {@code "-"} and {@code "+"} are lines of a change, whose next one begins with the next {@code "-"} behind a
 * {@code "+"}; {@code "?"} is a module with tests of it that should notice; {@code "blind"} says that it was chosen
 * without a look at the tests; {@code "!"} says why no test notices it.
 */
final class MistakeList {
    private static final Path FOLDER = SourceTree.root().resolve("quality/mistakes/list");

    private MistakeList() {}

    static List<PlantedMistake> read() throws IOException {
        List<PlantedMistake> all = new ArrayList<>();
        try (Stream<Path> files = Files.list(FOLDER)) {
            for (Path file : files.sorted().toList()) {
                String family = file.getFileName().toString().replace(".txt", "");
                for (String block : Files.readString(file).strip().split("\n\n+")) {
                    all.add(parse(family, block.lines().toList()));
                }
            }
        }
        return all;
    }

    private static PlantedMistake parse(String family, List<String> lines) {
        if (lines.size() < 4 || !lines.getFirst().startsWith("# ")) {
            throw new IllegalArgumentException(family + ": not a mistake: " + lines);
        }
        List<Change> changes = new ArrayList<>();
        List<Selection> tests = new ArrayList<>();
        boolean blind = false;
        String unnoticed = "";
        StringBuilder right = new StringBuilder();
        StringBuilder wrong = new StringBuilder();
        boolean replaced = false;
        for (String line : lines.subList(2, lines.size())) {
            String rest = line.length() > 1 ? line.substring(2) : "";
            switch (line.charAt(0)) {
                case '-' -> {
                    if (replaced) {
                        changes.add(change(right, wrong));
                        replaced = false;
                    }
                    right.append(rest).append('\n');
                }
                case '+' -> {
                    wrong.append(rest).append('\n');
                    replaced = true;
                }
                case '?' -> tests.add(selection(rest));
                case '!' -> unnoticed = rest;
                case 'b' -> blind = line.equals("blind");
                default -> throw new IllegalArgumentException(family + ": not a line of a mistake: " + line);
            }
        }
        changes.add(change(right, wrong));
        String name = lines.getFirst().substring(2);
        return new PlantedMistake(family, name, lines.get(1), changes, tests, blind, unnoticed);
    }

    private static Change change(StringBuilder right, StringBuilder wrong) {
        Change change = new Change(right.toString(), wrong.toString());
        right.setLength(0);
        wrong.setLength(0);
        return change;
    }

    private static Selection selection(String line) {
        List<String> words = List.of(line.split(" "));
        return new Selection(words.getFirst(), words.subList(1, words.size()));
    }
}
