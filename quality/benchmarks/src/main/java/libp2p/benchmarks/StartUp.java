package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.benchmarks.Bench.Serving;

/** One ping by a process of its own: the time to its answer, and what the process costs from its start to its end. */
final class StartUp {
    private static final String GROUP = "start";

    private StartUp() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        try (Serving serving = Serving.start(bench.reference(), bench.stack())) {
            for (int i = 0; i < 3 * bench.plan().rounds(); i++) {
                for (Implementation one : bench.implementations()) {
                    bench.attempt(() -> once(bench, one, serving));
                }
            }
        }
    }

    private static void once(Bench bench, Implementation one, Serving serving)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        double before = Processes.cpuSecondsOfTheEnded();
        List<String> arguments = new ArrayList<>(List.of("ping", serving.address()));
        arguments.addAll(bench.stack().options());
        try (Peer dialer = Peer.start(one, arguments)) {
            dialer.await("ping");
            double wall = (System.nanoTime() - start) / 1e6;
            dialer.finish();
            double cpu = 1e3 * (Processes.cpuSecondsOfTheEnded() - before);
            bench.results().add(Figure.lower(GROUP, "process start to first ping: wall", "ms", 0), one.name(), wall);
            Figure figure = Figure.lower(GROUP, "a process that pings once: CPU", "ms", 0);
            bench.results().add(figure.absolute(600), one.name(), cpu);
        }
    }
}
