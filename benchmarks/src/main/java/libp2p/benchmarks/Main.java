package libp2p.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * {@code benchmarks/run [quick|medium|full] [--only bulk,setup,idle,start,raw] [--security noise,tls] [--pure]
 * [--without rust] [--out FOLDER]}, started from the root of the repository.
 */
final class Main {
    private Main() {}

    /** Measures and writes the report. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> words = new ArrayList<>(List.of(arguments));
        List<String> only =
                List.of(option(words, "--only", "bulk,setup,idle,start,raw").split(","));
        List<String> security = List.of(option(words, "--security", "noise").split(","));
        String without = option(words, "--without", "");
        Path out = Path.of(option(words, "--out", "benchmarks/build"));
        boolean pure = words.remove("--pure");
        String name = words.isEmpty() ? "quick" : words.getFirst().replace("--", "");
        List<Implementation> all = implementations(pure, without);
        Results results = new Results();
        for (String one : security) {
            run(new Bench(all, Plan.of(name), one, results), only, one.equals(security.getFirst()));
        }
        Report.write(results, out, preface(name, arguments, pure));
        System.err.println("written: " + out.resolve("benchmarks.md"));
    }

    private static void run(Bench bench, List<String> only, boolean first) throws IOException, InterruptedException {
        if (only.contains("bulk")) {
            Throughput.measure(bench);
        }
        if (only.contains("setup")) {
            Setup.measure(bench);
        }
        if (only.contains("idle")) {
            Idle.measure(bench);
        }
        if (first && only.contains("start")) {
            StartUp.measure(bench);
        }
        if (first && only.contains("raw")) {
            RawTcp.measure(bench);
        }
    }

    private static List<Implementation> implementations(boolean pure, String without) throws IOException {
        Map<String, String> environment = pure
                ? Map.of("P2P_NO_BUILD", "1", "P2P_JAVA_OPTS", "-Dlibp2p.crypto.engines=all=bc,aead=jdk")
                : Map.of("P2P_NO_BUILD", "1");
        List<Implementation> all = new ArrayList<>();
        all.add(new Implementation("java", Path.of("p2p").toAbsolutePath(), environment, true));
        Path peers = Path.of(System.getenv().getOrDefault("P2P_PEERS", "interop/build"));
        for (String name : List.of("go", "rust")) {
            Path program = peers.resolve(name).resolve("peer").toAbsolutePath();
            if (Files.isExecutable(program) && !without.equals(name)) {
                all.add(new Implementation(name, program, Map.of(), false));
            }
        }
        return all;
    }

    private static String option(List<String> words, String name, String otherwise) {
        int at = words.indexOf(name);
        if (at < 0) {
            return otherwise;
        }
        words.remove(at);
        return words.remove(at);
    }

    private static String preface(String plan, String[] arguments, boolean pure) throws IOException {
        return """
                # Benchmarks

                Written by `benchmarks/run %s` on %s: plan %s, %d processors, load average %.1f at the end (the machine had
                other work). Our node%s beside go-libp2p 0.51 and rust-libp2p 0.57 over loopback, in turns. A cell is the
                median [least–greatest] of all rounds; a ratio is that of the medians. CPU is that of the named process alone.
                Dialers are compared while dialing a go peer, listeners while dialed by one, so that all do the same work.
                """.formatted(
                                String.join(" ", Arrays.asList(arguments)),
                                LocalDate.now(),
                                plan,
                                Runtime.getRuntime().availableProcessors(),
                                Processes.load(),
                                pure ? " in pure Java (no libcrypto)" : "")
                + System.lineSeparator()
                + Files.readString(Path.of("benchmarks/notes.md"));
    }
}
