package libp2p.interop;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The matrix of real peers. Exit codes: 0 every cell passed, 1 not, 2 wrong command line. */
@Command(
        name = "quality/interop/run",
        description = "Runs our node against real peers, in both roles.",
        mixinStandardHelpOptions = true)
public final class Interop implements Callable<Integer> {
    private static final List<String> TRANSPORTS =
            Stream.of(Transport.values()).map(Transport::toString).toList();

    @Option(names = "--root", hidden = true, description = "The root of the repository.")
    private Path root = Path.of("").toAbsolutePath();

    @Option(names = "--build", hidden = true, description = "Where the peers were built.")
    private Path build = Path.of("interop", "build").toAbsolutePath();

    @Option(names = "--subject", defaultValue = "java", description = "The node under test; default: ${DEFAULT-VALUE}.")
    private String subject = "java";

    @Option(
            names = "--peer",
            split = ",",
            description = "Against whom: java, go, rust, js, python, page; default: all.")
    private List<String> peers = Peers.NAMES;

    @Option(names = "--role", split = ",", description = "Roles of the peer: dialer, listener; default: both.")
    private List<String> roles = List.of("listener", "dialer");

    @Option(names = "--transport", split = ",", description = "Transports, for example ws, quic-v1; default: all.")
    private List<String> transports = transportsHere();

    @Option(names = "--security", split = ",", description = "noise, tls; default: both.")
    private List<String> securities = List.of("noise", "tls");

    @Option(names = "--muxer", split = ",", description = "yamux, mplex; default: both.")
    private List<String> muxers = List.of("yamux", "mplex");

    @Option(names = "--check", split = ",", description = "Checks, for example ping, wrong-peer; default: all.")
    private List<String> checks = Stream.of(Check.values()).map(Check::toString).toList();

    @Option(names = "--parallel", defaultValue = "4", description = "Cells at a time; default: ${DEFAULT-VALUE}.")
    private int parallel = 4;

    @Option(names = "--cell-seconds", defaultValue = "60", description = "For a cell; default: ${DEFAULT-VALUE}.")
    private int cellSeconds = 60;

    @Option(names = "--suite-minutes", defaultValue = "10", description = "For a peer; default: ${DEFAULT-VALUE}.")
    private int suiteMinutes = 10;

    @Option(names = "--add", description = "Keep what the last report says of cells that are not run now.")
    private boolean add;

    @Option(
            names = "--report",
            description = "Write the report here; default: docs/results/interop.md if nothing is left out.")
    private Path report = Path.of("");

    private Interop() {}

    private static List<String> transportsHere() {
        boolean reachable = Transport.isIPv6Here();
        if (!reachable) {
            System.out.println("This machine has no IPv6 loopback: nothing is tried over IPv6.");
        }
        return Stream.of(Transport.values())
                .filter(transport -> reachable || !transport.isIPv6())
                .map(Transport::toString)
                .toList();
    }

    /** Printed of the log of a failure: the threads of a process that does not end take most of them. */
    private static final int LOG_LINES = 400;

    /** Runs the cells that the command line asks for. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Interop())
                .setExecutionExceptionHandler((error, commandLine, result) -> {
                    error.printStackTrace();
                    return 1;
                })
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        Map<String, Peer> all = new Peers(root, build).all();
        Path target = root.resolve("quality/interop/target/interop");
        Path logs = target.resolve("logs");
        deleteTree(logs);
        Keys keys = Keys.create(target.resolve("keys"));
        Matrix matrix = new Matrix(
                transports.stream().map(Transport::of).toList(),
                securities,
                muxers,
                roles,
                checks.stream().map(Check::of).toList());
        Runner.Settings settings =
                new Runner.Settings(parallel, Duration.ofSeconds(cellSeconds), Duration.ofMinutes(suiteMinutes));
        KnownFaults knownFaults = KnownFaults.read(root.resolve("quality/interop/known-faults.json"));
        Runner runner = new Runner(settings, knownFaults, keys, logs, System.out);
        List<Suite> suites = new ArrayList<>();
        for (String name : peers) {
            suites.add(runner.run(name, matrix.cells(known(all, subject), known(all, name))));
        }
        List<Peer> run = peers.stream().map(name -> known(all, name)).toList();
        List<Outcome> stale = knownFaults.stale(run, isWholeMatrix(), LocalDate.now(ZoneOffset.UTC)).stream()
                .map(Outcome::ofStaleEntry)
                .toList();
        stale.forEach(outcome -> System.out.printf("FAILED %s: %s%n", outcome.subject(), outcome.reason()));
        Path json = target.resolve("report.json");
        List<Suite> reported = new ArrayList<>(add ? Earlier.addTo(json, suites, known(all, subject), all) : suites);
        if (!stale.isEmpty()) {
            reported.add(new Suite("list of known faults", stale, Duration.ZERO, Duration.ZERO));
        }
        Report written = new Report(known(all, subject), all, reported);
        written.writeMarkdown(reportFile(target));
        written.writeJson(json);
        printLogsOfFailures(suites);
        System.out.println(written.closingLine());
        return written.succeeded() ? 0 : 1;
    }

    /** A failure that does not come again is explained by its log, and the folder of the logs may be gone by then. */
    private static void printLogsOfFailures(List<Suite> suites) throws IOException {
        for (Suite suite : suites) {
            for (Outcome outcome : suite.outcomes()) {
                Path log = outcome.log();
                if (outcome.result() == Outcome.Result.FAILED && log != null && Files.exists(log)) {
                    List<String> lines = Files.readAllLines(log);
                    System.out.printf("FAILED %s: %s%n", outcome.subject(), outcome.reason());
                    lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size())
                            .forEach(line -> System.out.println("    " + line));
                }
            }
        }
    }

    private static Peer known(Map<String, Peer> all, String name) {
        Peer peer = all.get(name);
        if (peer == null) {
            throw new IllegalArgumentException("unknown peer: " + name);
        }
        return peer;
    }

    private Path reportFile(Path target) {
        if (!report.toString().isEmpty()) {
            return report;
        }
        return isWholeMatrix() && peers.equals(Peers.NAMES)
                ? root.resolve("docs/results/interop.md")
                : target.resolve("interop.md");
    }

    /** Whether all cells of each peer are run. */
    private boolean isWholeMatrix() {
        return subject.equals("java")
                && transports.equals(TRANSPORTS)
                && roles.size() == 2
                && securities.size() == 2
                && muxers.size() == 2
                && checks.size() == Check.values().length;
    }

    private static void deleteTree(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
