package libp2p.mistakes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import libp2p.mistakes.ModuleTests.Outcome;
import libp2p.mistakes.PlantedMistake.Selection;

/** Plants each mistake of the list, runs the tests that should notice it, and prints the table. See run. */
final class MistakeTable {
    private static final int AT_ONCE = 2;

    private final ModuleTests modules = new ModuleTests();
    private final Map<Selection, Outcome> unchanged = new HashMap<>();
    private final Path work;

    private MistakeTable(Path work) throws IOException {
        this.work = work;
    }

    /**
     * A mistake and how its tests ended.
     *
     * @param right whether it is as the list says
     */
    private record Row(PlantedMistake mistake, boolean right, String told) {
        String line() {
            return "| " + mistake.family() + " | " + mistake.name() + " | " + (mistake.blind() ? "yes" : "") + " | "
                    + told + " |";
        }
    }

    /** Arguments: share=N/OF, page=FILE, and parts of families or names. */
    public static void main(String[] arguments) throws Exception {
        int share = 0;
        int of = 1;
        Path page = null;
        List<String> parts = new ArrayList<>();
        for (String argument : arguments) {
            if (argument.startsWith("share=")) {
                String[] numbers = argument.substring("share=".length()).split("/");
                share = Integer.parseInt(numbers[0]);
                of = Integer.parseInt(numbers[1]);
            } else if (argument.startsWith("page=")) {
                page = Path.of(argument.substring("page=".length()));
            } else {
                parts.add(argument);
            }
        }
        List<PlantedMistake> wanted = new ArrayList<>();
        List<PlantedMistake> all = MistakeList.read();
        for (int i = 0; i < all.size(); i++) {
            PlantedMistake mistake = all.get(i);
            String words = mistake.family() + ": " + mistake.name();
            if (i % of == share % of && (parts.isEmpty() || parts.stream().anyMatch(words::contains))) {
                wanted.add(mistake);
            }
        }
        Path work = Files.createTempDirectory("mistakes");
        List<Row> rows;
        try {
            rows = new MistakeTable(work).run(wanted);
        } finally {
            delete(work);
        }
        if (page != null) {
            Files.writeString(page, page(rows));
        }
        long wrong = rows.stream().filter(row -> !row.right).count();
        System.out.println(rows.size() - wrong + " passed, " + wrong + " failed");
        System.exit(wrong == 0 && !rows.isEmpty() ? 0 : 1);
    }

    private List<Row> run(List<PlantedMistake> wanted) throws InterruptedException, ExecutionException {
        List<Row> rows = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE)) {
            List<Future<Row>> futures = new ArrayList<>();
            for (PlantedMistake mistake : wanted) {
                futures.add(threads.submit(() -> plant(mistake)));
            }
            for (Future<Row> future : futures) {
                Row row = future.get();
                System.out.println((row.right ? "" : "FAILED ") + row.line());
                rows.add(row);
            }
        }
        return rows;
    }

    private Row plant(PlantedMistake mistake) throws InterruptedException {
        try {
            Path classes = Files.createTempDirectory(work, "classes");
            mistake.compile(
                    classes, modules.classPath(mistake.tests().getFirst().module()));
            String noticed = "";
            for (Selection tests : mistake.tests()) {
                Outcome without = unchanged(tests);
                if (!without.passed()) {
                    return new Row(mistake, false, "the tests fail without it too: " + without.told());
                }
                Outcome outcome = modules.run(tests, classes, Files.createTempDirectory(work, "output"));
                if (outcome.timedOut()) {
                    return new Row(mistake, false, outcome.told());
                }
                if (!outcome.passed()) {
                    noticed = outcome.told();
                    break;
                }
            }
            boolean right = noticed.isEmpty() != mistake.unnoticed().isEmpty();
            return new Row(mistake, right, noticed.isEmpty() ? "not noticed. " + mistake.unnoticed() : noticed);
        } catch (IOException | IllegalStateException e) {
            return new Row(mistake, false, String.valueOf(e.getMessage()));
        }
    }

    /** Tests without a mistake, once. */
    private Outcome unchanged(Selection tests) throws IOException, InterruptedException {
        synchronized (unchanged) {
            Outcome known = unchanged.get(tests);
            if (known == null) {
                known = modules.run(tests, null, Files.createTempDirectory(work, "output"));
                unchanged.put(tests, known);
            }
            return known;
        }
    }

    private static String page(List<Row> rows) {
        StringBuilder page = new StringBuilder("""
                # Planted mistakes

                Written by `quality/mistakes/run page=FILE`: each mistake is put into the class that it names, and the tests that should notice it are run.
                "Blind" ones were chosen without a look at the tests.

                | family | mistake | blind | noticed by |
                |---|---|---|---|
                """);
        rows.forEach(row -> page.append(row.line()).append('\n'));
        return page.toString();
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
