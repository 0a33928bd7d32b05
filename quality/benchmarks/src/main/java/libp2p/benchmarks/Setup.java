package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.benchmarks.Bench.Pair;
import libp2p.benchmarks.Bench.Serving;

/** The cost of setting up connections and streams, and the time of a ping. */
final class Setup {
    private Setup() {}

    static void measure(Bench any) throws IOException, InterruptedException {
        Bench bench = any.asNode();
        try (Bench.AllServing serving = bench.serveAll()) {
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (Pair pair : bench.pairs()) {
                    bench.attempt(() -> connects(bench, pair, serving.of(pair)));
                }
                for (int parallel : List.of(1, 16)) {
                    for (Pair pair : bench.pairs()) {
                        bench.attempt(() -> streams(bench, pair, serving.of(pair), parallel));
                    }
                }
                for (Pair pair : bench.pairs()) {
                    bench.attempt(() -> pings(bench, pair, serving.of(pair)));
                }
            }
        }
    }

    private static void connects(Bench bench, Pair pair, Serving serving) throws IOException, InterruptedException {
        String group = bench.stack().name() + " connections";
        String what = "connect and identify, 16 at once: ";
        double goal = bench.stack().goal(0.6, 0.6);
        int count = bench.plan().connects();
        Taken taken =
                run(bench, pair, serving, "connects", count, 16, bench.plan().connectWarmUp());
        bench.addDialer(Figure.lower(group, what + "CPU of the dialer", "ms", goal), pair, 1e3 * taken.dialer());
        bench.addListener(Figure.lower(group, what + "CPU of the listener", "ms", goal), pair, 1e3 * taken.listener());
        bench.addDialer(Figure.higher(group, what + "rate, dialing go", "1/s", 0), pair, taken.rate());
        bench.addListener(Figure.higher(group, what + "rate, dialed by go", "1/s", 0), pair, taken.rate());
        bench.addBoth(Figure.higher(group, what + "rate, with itself", "1/s", 0), pair, taken.rate());
    }

    private static void streams(Bench bench, Pair pair, Serving serving, int parallel)
            throws IOException, InterruptedException {
        String group = bench.stack().name() + " streams";
        String what = "new streams, " + (parallel == 1 ? "alone" : parallel + " at once");
        double goal = bench.stack().goal(2);
        int count = bench.plan().streams();
        Taken taken = run(
                bench, pair, serving, "streams", count, parallel, bench.plan().streamWarmUp());
        bench.addDialer(Figure.higher(group, what + ": rate, dialing go", "1/s", goal), pair, taken.rate());
        bench.addListener(Figure.higher(group, what + ": rate, dialed by go", "1/s", goal), pair, taken.rate());
        bench.addBoth(Figure.higher(group, what + ": rate, with itself", "1/s", goal), pair, taken.rate());
        bench.addDialer(Figure.lower(group, what + ": CPU of the dialer", "µs", 0), pair, 1e6 * taken.dialer());
        bench.addListener(Figure.lower(group, what + ": CPU of the listener", "µs", 0), pair, 1e6 * taken.listener());
    }

    /**
     * The cost of a command.
     *
     * @param rate per second
     * @param dialer CPU seconds of the dialer for each
     * @param listener CPU seconds of the listener for each
     */
    private record Taken(double rate, double dialer, double listener) {}

    /**
     * Runs a command after one that is discarded; ours repeats it in the same process, which is what has to get warm.
     */
    private static Taken run(
            Bench bench, Pair pair, Serving serving, String command, int count, int parallel, int warmUp)
            throws IOException, InterruptedException {
        boolean within = pair.dialer().ours();
        if (!within && pair.listener().ours()) {
            command(bench, pair, serving, command, warmUp, parallel, 0);
        }
        double before = serving.peer().cpuSeconds();
        Event event = command(bench, pair, serving, command, count, parallel, within ? warmUp : 0);
        double listener = serving.peer().cpuSeconds() - before;
        return new Taken(
                count / event.number("seconds"),
                event.number("cpu_s") / count,
                listener / (within ? count + warmUp : count));
    }

    private static Event command(
            Bench bench, Pair pair, Serving serving, String command, int count, int parallel, int warmUp)
            throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of(command, serving.address(), "--count", "" + count, "--parallel", "" + parallel));
        arguments.addAll(bench.stack().options());
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
        String group = bench.stack().name() + " ping";
        int count = bench.plan().pings();
        List<Double> times = new ArrayList<>();
        List<String> arguments = new ArrayList<>(List.of("ping", serving.address(), "--count", "" + count));
        arguments.addAll(bench.stack().options());
        try (Peer dialer = Peer.start(pair.dialer(), arguments)) {
            for (int i = 0; i < count; i++) {
                double micros = dialer.await("ping").number("rtt_us");
                if (i >= count / 2) {
                    times.add(micros);
                }
            }
            dialer.finish();
        }
        double goal = bench.stack().goal(1, 1);
        double p50 = Series.quantile(times, 0.5);
        double p99 = Series.quantile(times, 0.99);
        bench.addDialer(Figure.lower(group, "round trip p50, dialing go", "µs", goal), pair, p50);
        bench.addDialer(Figure.lower(group, "round trip p99, dialing go", "µs", 0), pair, p99);
        bench.addListener(Figure.lower(group, "round trip p50, dialed by go", "µs", goal), pair, p50);
        bench.addListener(Figure.lower(group, "round trip p99, dialed by go", "µs", 0), pair, p99);
        bench.addBoth(Figure.lower(group, "round trip p50, with itself", "µs", goal), pair, p50);
        bench.addBoth(Figure.lower(group, "round trip p99, with itself", "µs", 0), pair, p99);
    }
}
