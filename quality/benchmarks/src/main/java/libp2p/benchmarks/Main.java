package libp2p.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * {@code quality/benchmarks/run [quick|medium|full] [--only bulk,setup,minute,loss,page,busy,idle,start,raw] [--stack noise,tls,ws,quic,webtransport]
 * [--without rust,pure] [--rounds N] [--streams 1,8] [--warmup CONNECTIONS] [--idle 100,1000,10000 --idle-seconds S]
 * [--keep] [--out FOLDER] [--against CHECKOUT]}, started from the root of the repository. {@code --streams} says how many
 * streams share a bulk transfer. {@code --against} adds the program of another checkout, which must be built, and writes
 * {@code comparison.md}. {@code --keep} keeps the groups and columns of the folder that are not taken again; {@code
 * quality/benchmarks/run report} only writes the document anew. The documents of the
 * repository are made by {@code --out docs/results}. No plan has {@code minute} or {@code page}.
 */
final class Main {
    private static final String EVERYTHING = "bulk,setup,loss,busy,idle,start,raw";
    /** The fastest of what needs no native code. */
    private static final String PURE_JAVA = "-Dlibp2p.crypto.engines=all=bc,aead=jdk,sha256=jdk,ecdsa-p256=jdk,rsa=jdk";

    private final List<String> words;
    private final Results results = new Results();
    private Taking taking = new Taking("", "", 0, 0, 0);

    private Main(String[] arguments) {
        words = new ArrayList<>(List.of(arguments));
    }

    /** Measures and writes the report. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        new Main(arguments).run(String.join(" ", arguments).replaceAll(" ?--out \\S+", ""));
    }

    private void run(String command) throws IOException, InterruptedException {
        List<String> only = list("--only", EVERYTHING);
        List<Stack> stacks =
                list("--stack", "noise,tls,ws,quic").stream().map(Stack::of).toList();
        List<String> without = list("--without", "");
        Path out = Path.of(option("--out", "quality/benchmarks/build"));
        boolean keep = words.remove("--keep");
        String against = option("--against", "");
        int rounds = Integer.parseInt(option("--rounds", "0"));
        int warmUp = Integer.parseInt(option("--warmup", "0"));
        List<Integer> idle = list("--idle", "").stream().map(Integer::valueOf).toList();
        List<Integer> streams =
                list("--streams", "").stream().map(Integer::valueOf).toList();
        int idleSeconds = Integer.parseInt(option("--idle-seconds", "0"));
        if (words.remove("report")) {
            Report.write(ResultsFile.read(out.resolve(Report.JSON)), out, preface());
            return;
        }
        Plan plan = Plan.of(words.isEmpty() ? "quick" : words.removeFirst());
        if (!words.isEmpty()) {
            throw new IllegalArgumentException("unknown: " + words);
        }
        plan = rounds > 0 ? plan.withRounds(rounds) : plan;
        plan = warmUp > 0 ? plan.withConnectWarmUp(warmUp) : plan;
        plan = streams.isEmpty() ? plan : plan.withBulkStreams(streams);
        plan = idle.isEmpty() ? plan : plan.withIdle(idle, plan.idleSeconds());
        plan = idleSeconds > 0 ? plan.withIdle(plan.idle(), idleSeconds) : plan;
        double load = Processes.load();
        taking = new Taking(command, LocalDate.now().toString(), plan.rounds(), load, load);
        List<Implementation> all = implementations(against, without);
        try {
            for (Stack stack : stacks) {
                measure(new Bench(all, plan, stack, results), only, stack.equals(stacks.getFirst()), out);
            }
        } finally {
            // Figures that were taken before a failure are worth keeping.
            results.taken(taking);
            if (keep) {
                results.keep(ResultsFile.read(out.resolve(Report.JSON)));
            }
            Report.write(results, out, preface());
            if (!against.isEmpty()) {
                Files.writeString(out.resolve("comparison.md"), Comparison.of(results));
            }
            System.err.println("written: " + out.resolve("benchmarks.md"));
        }
    }

    private void measure(Bench bench, List<String> only, boolean first, Path out)
            throws IOException, InterruptedException {
        for (String one : only) {
            long start = System.nanoTime();
            bench.attempt(() -> measure(bench, one, first));
            taking = taking.with(Processes.load());
            results.taken(taking);
            // These figures are kept, whatever ends the run later.
            ResultsFile.write(results, Files.createDirectories(out).resolve("partial.json"));
            System.err.printf("%s %s: %d s%n", bench.stack().name(), one, (System.nanoTime() - start) / 1_000_000_000);
        }
    }

    private static void measure(Bench bench, String one, boolean first) throws IOException, InterruptedException {
        switch (one) {
            case "bulk" -> Throughput.measure(bench);
            case "setup" -> Setup.measure(bench);
            case "loss" -> Loss.measure(bench);
            case "busy" -> BusyPing.measure(bench);
            case "idle" -> Idle.measure(bench);
            case "minute" -> FirstMinute.measure(bench);
            case "page" -> PageClient.measure(bench);
            case "start" -> {
                if (first) {
                    StartUp.measure(bench);
                }
            }
            case "raw" -> {
                if (first) {
                    RawTcp.measure(bench);
                }
            }
            default -> throw new IllegalArgumentException("no such measurement: " + one);
        }
    }

    private static List<Implementation> implementations(String against, List<String> without) {
        Path p2p = Path.of(System.getenv().getOrDefault("P2P", "p2p")).toAbsolutePath();
        Map<String, String> environment = Map.of("P2P_NO_BUILD", "1");
        Implementation before = against.isEmpty()
                ? null
                : new Implementation(Results.BEFORE, Path.of(against, "p2p").toAbsolutePath(), environment, true);
        Implementation java = new Implementation(Results.OURS, p2p, environment, true);
        Implementation pure = new Implementation(Results.PURE, p2p, environment, true).withJavaOptions(PURE_JAVA);
        return Stream.of(java, before, pure, peer("go"), peer("rust"))
                .flatMap(Stream::ofNullable)
                .filter(one -> !without.contains(one.name()))
                .toList();
    }

    private static @Nullable Implementation peer(String name) {
        Path program = Processes.peer(name);
        return Files.isExecutable(program) ? new Implementation(name, program, Map.of(), false) : null;
    }

    private List<String> list(String name, String otherwise) {
        String text = option(name, otherwise);
        return text.isEmpty() ? List.of() : List.of(text.split(","));
    }

    private String option(String name, String otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        words.remove(at);
        return words.remove(at);
    }

    private static String preface() {
        return """
            # Benchmarks

            Written by `quality/benchmarks/run` on %d processors; [benchmarks.md](../benchmarks.md) says how it measures.
            A cell is the median [least–greatest] of all rounds, and a ratio that of the medians; goals are for our node (java) beside the better of go-libp2p 0.51 and rust-libp2p 0.57.
            Dialers are compared while they dial a go peer, listeners while a go peer dials them.
            """.formatted(Runtime.getRuntime().availableProcessors());
    }
}
