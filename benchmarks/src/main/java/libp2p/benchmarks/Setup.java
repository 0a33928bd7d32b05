package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.benchmarks.Bench.Pair;
import libp2p.benchmarks.Bench.Serving;

/** What it costs to set up connections and streams, and how long a ping takes. */
final class Setup {
    private Setup() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        Map<String, Serving> serving = new HashMap<>();
        try {
            for (Implementation one : bench.implementations()) {
                serving.put(one.name(), Serving.start(one, bench.security()));
            }
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (Pair pair : bench.pairs()) {
                    connects(bench, pair, Serving.of(serving, pair));
                }
                for (int parallel : List.of(1, 16)) {
                    for (Pair pair : bench.pairs()) {
                        streams(bench, pair, Serving.of(serving, pair), parallel);
                    }
                }
                for (Pair pair : bench.pairs()) {
                    pings(bench, pair, Serving.of(serving, pair));
                }
            }
        } finally {
            serving.values().forEach(Serving::close);
        }
    }

    private static void connects(Bench bench, Pair pair, Serving serving) throws IOException, InterruptedException {
        String group = bench.security() + " connections";
        int count = bench.plan().connects();
        int warmUp = pair.dialer().ours() ? bench.plan().warmUp() : 0;
        double before = serving.peer().cpuSeconds();
        Event event = run(bench, pair, serving, "connects", count, 16, warmUp);
        double listener = (serving.peer().cpuSeconds() - before) / (count + warmUp);
        bench.addDialer(
                Figure.lower(group, "connect and identify, 16 at once: CPU of the dialer", "ms", 0.6),
                pair,
                1e3 * event.number("cpu_s") / count);
        bench.addListener(
                Figure.lower(group, "connect and identify, 16 at once: CPU of the listener", "ms", 0.6),
                pair,
                1e3 * listener);
        double rate = count / event.number("seconds");
        bench.addDialer(
                Figure.higher(group, "connect and identify, 16 at once: rate, dialing go", "1/s", 0), pair, rate);
        bench.addBoth(
                Figure.higher(group, "connect and identify, 16 at once: rate, with itself", "1/s", 0), pair, rate);
    }

    private static void streams(Bench bench, Pair pair, Serving serving, int parallel)
            throws IOException, InterruptedException {
        String group = bench.security() + " streams";
        String what = "new streams, " + (parallel == 1 ? "alone" : parallel + " at once");
        int count = bench.plan().streams();
        int warmUp = pair.dialer().ours() ? 10 * bench.plan().warmUp() : 0;
        double before = serving.peer().cpuSeconds();
        Event event = run(bench, pair, serving, "streams", count, parallel, warmUp);
        double listener = (serving.peer().cpuSeconds() - before) / (count + warmUp);
        double rate = count / event.number("seconds");
        bench.addDialer(Figure.higher(group, what + ": rate, dialing go", "1/s", 2), pair, rate);
        bench.addListener(Figure.higher(group, what + ": rate, dialed by go", "1/s", 2), pair, rate);
        bench.addBoth(Figure.higher(group, what + ": rate, with itself", "1/s", 2), pair, rate);
        bench.addDialer(
                Figure.lower(group, what + ": CPU of the dialer", "µs", 0), pair, 1e6 * event.number("cpu_s") / count);
        bench.addListener(Figure.lower(group, what + ": CPU of the listener", "µs", 0), pair, 1e6 * listener);
    }

    private static Event run(
            Bench bench, Pair pair, Serving serving, String command, int count, int parallel, int warmUp)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                serving.address(),
                "--count",
                "" + count,
                "--parallel",
                "" + parallel,
                "--security",
                bench.security(),
                "--limits",
                "none"));
        if (warmUp > 0) {
            arguments.addAll(List.of("--warmup", "" + warmUp));
        }
        try (Peer dialer = Peer.start(pair.dialer(), arguments)) {
            Event event = dialer.await(command);
            dialer.finish();
            return event;
        }
    }

    private static void pings(Bench bench, Pair pair, Serving serving) throws IOException, InterruptedException {
        String group = bench.security() + " ping";
        int count = bench.plan().pings();
        List<Double> times = new ArrayList<>();
        try (Peer dialer = Peer.start(
                pair.dialer(),
                List.of(
                        "ping",
                        serving.address(),
                        "--count",
                        "" + count,
                        "--security",
                        bench.security(),
                        "--limits",
                        "none"))) {
            for (int i = 0; i < count; i++) {
                double micros = dialer.await("ping").number("rtt_us");
                if (i >= count / 2) {
                    times.add(micros);
                }
            }
            dialer.finish();
        }
        double p50 = Series.quantile(times, 0.5);
        double p99 = Series.quantile(times, 0.99);
        bench.addDialer(Figure.lower(group, "round trip p50, dialing go", "µs", 1), pair, p50);
        bench.addDialer(Figure.lower(group, "round trip p99, dialing go", "µs", 0), pair, p99);
        bench.addBoth(Figure.lower(group, "round trip p50, with itself", "µs", 1), pair, p50);
        bench.addBoth(Figure.lower(group, "round trip p99, with itself", "µs", 0), pair, p99);
    }
}
