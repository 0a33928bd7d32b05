package libp2p.interop;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * Runs the cells of a suite, each once and several at a time, within a number of minutes. Cells that are left when the
 * minutes are used up have failed.
 */
final class Runner {
    /**
     * Options of a run.
     *
     * @param parallel how many cells at a time
     * @param cellTimeout what a cell may take
     * @param budget what the suite may take
     */
    record Settings(int parallel, Duration cellTimeout, Duration budget) {}

    private static final Duration NEWS = Duration.ofSeconds(60);

    private final Settings settings;
    private final KnownFaults known;
    private final Keys keys;
    private final Path logs;
    private final PrintStream out;
    private final Map<Cell, Long> running = new ConcurrentHashMap<>();
    private final Map<Cell, KnownFaults.Rule> toFail = new ConcurrentHashMap<>();
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();

    Runner(Settings settings, KnownFaults known, Keys keys, Path logs, PrintStream out) {
        this.settings = settings;
        this.known = known;
        this.keys = keys;
        this.logs = logs;
        this.out = out;
    }

    /** Runs all cells and returns what came out of them and of their listeners. */
    Suite run(String name, List<Cell> cells) throws InterruptedException {
        long start = System.nanoTime();
        long end = start + settings.budget().toNanos();
        List<Cell> possible = new ArrayList<>();
        for (Cell cell : cells) {
            KnownFaults.Rule rule = known.rule(cell).orElse(null);
            if (rule != null && rule.kind() == KnownFaults.Kind.UNSUPPORTED) {
                outcomes.add(Outcome.notRun(cell, rule));
                continue;
            }
            if (rule != null) {
                toFail.put(cell, rule);
            }
            possible.add(cell);
        }
        try (Listeners listeners = new Listeners(possible, keys, logs, this::note)) {
            runAll(name, possible, listeners, end);
        }
        Suite suite =
                new Suite(name, List.copyOf(outcomes), Duration.ofNanos(System.nanoTime() - start), settings.budget());
        outcomes.clear();
        out.println(suite.summary());
        return suite;
    }

    private void runAll(String name, List<Cell> cells, Listeners listeners, long end) throws InterruptedException {
        Queue<Cell> waiting = new ConcurrentLinkedQueue<>(cells);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < settings.parallel(); i++) {
            workers.add(Thread.ofVirtual().name("cells-" + i).start(() -> work(waiting, listeners, end)));
        }
        for (Thread worker : workers) {
            while (!worker.join(NEWS)) {
                out.printf(
                        "%s: %d of %d cells to go, running: %s%n", name, waiting.size(), cells.size(), runningCells());
            }
        }
    }

    private List<String> runningCells() {
        List<String> lines = new ArrayList<>();
        long now = System.nanoTime();
        running.forEach((cell, since) -> lines.add("%s (%d s)".formatted(cell, (now - since) / 1_000_000_000)));
        return lines;
    }

    private void work(Queue<Cell> waiting, Listeners listeners, long end) {
        Cell cell;
        try {
            while ((cell = waiting.poll()) != null) {
                running.put(cell, System.nanoTime());
                Outcome outcome = outcome(cell, listeners, end);
                running.remove(cell);
                KnownFaults.Rule rule = toFail.get(cell);
                note(rule == null ? outcome : outcome.expectedToFail(rule));
                listeners.release(cell);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void note(Outcome outcome) {
        outcomes.add(outcome);
        if (outcome.result() == Outcome.Result.FAILED) {
            out.printf("FAILED %s: %s (%s)%n", outcome.subject(), outcome.reason(), outcome.log());
        }
    }

    private Outcome outcome(Cell cell, Listeners listeners, long end) throws InterruptedException {
        Path log = logs.resolve(cell.fileName() + ".log");
        String fault = attempt(cell, listeners, end, log);
        Duration took = since(running.get(cell));
        return fault == null ? Outcome.passed(cell, took, log) : Outcome.failed(cell, fault, took, log);
    }

    private static Duration since(@Nullable Long start) {
        return start == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - start);
    }

    /** Returns null if all was well, otherwise what was not. */
    private @Nullable String attempt(Cell cell, Listeners listeners, long end, Path log) throws InterruptedException {
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (!left.isPositive()) {
            return "not run: the suite has used up its " + settings.budget().toMinutes() + " minutes";
        }
        try {
            Duration within = left.compareTo(settings.cellTimeout()) < 0 ? left : settings.cellTimeout();
            new Dialing(keys).run(cell, listeners.of(cell), log, within);
            return null;
        } catch (CheckFailedException | IOException e) {
            return String.valueOf(e.getMessage());
        }
    }
}
