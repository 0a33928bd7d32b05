package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.benchmarks.Bench.Serving;

/**
 * The processor time of a listener in its first minute: go dials, identifies and closes, 16 at once; our node runs as
 * its launcher starts it. Each round has a new process of each; none prints connections.
 */
final class FirstMinute {
    private record Phase(String name, int connections, double goal) {}

    private static final List<Phase> PHASES = List.of(
            new Phase("the first 1,000 connections", 1_000, 2.3),
            new Phase("connections 1,000 to 5,000", 4_000, 1.05),
            new Phase("connections 5,000 to 20,000", 15_000, 0.95));

    private FirstMinute() {}

    static void measure(Bench bench) throws InterruptedException {
        for (int round = 0; round < bench.plan().rounds(); round++) {
            for (Implementation one : bench.implementations()) {
                if (one.ours() || one.name().equals("go")) {
                    bench.attempt(() -> connections(bench, one));
                }
            }
        }
    }

    private static void connections(Bench bench, Implementation one) throws IOException, InterruptedException {
        String group = bench.stack().name() + " first minute";
        try (Serving serving = Serving.quiet(one, bench.stack())) {
            double start = serving.peer().cpuSeconds();
            bench.results().add(Figure.lower(group, "CPU until it listens", "ms", 0), one.name(), 1e3 * start);
            for (Phase phase : PHASES) {
                double before = serving.peer().cpuSeconds();
                dial(bench, serving, phase.connections());
                double cpu = (serving.peer().cpuSeconds() - before) / phase.connections();
                Figure figure = Figure.lower(
                        group,
                        "CPU of the listener, " + phase.name(),
                        "µs",
                        bench.stack().goal(phase.goal()));
                bench.results().add(figure, one.name(), 1e6 * cpu);
            }
        }
    }

    private static void dial(Bench bench, Serving serving, int connections) throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(
                List.of("connects", serving.address(), "--count", "" + connections, "--parallel", "16"));
        arguments.addAll(bench.stack().options());
        try (Peer dialer = Peer.start(bench.reference(), arguments)) {
            dialer.await("connects");
            dialer.finish();
        }
    }
}
