package libp2p.benchmarks;

import java.io.IOException;
import java.util.List;
import libp2p.benchmarks.Bench.Serving;

/** From the start of the process to the first answer to a ping. */
final class StartUp {
    private StartUp() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        Implementation go = bench.pairs().getFirst().listener();
        try (Serving serving = Serving.start(go, bench.security())) {
            for (int i = 0; i < 3 * bench.plan().rounds(); i++) {
                for (Implementation one : bench.implementations()) {
                    once(bench, one, serving);
                }
            }
        }
    }

    private static void once(Bench bench, Implementation one, Serving serving)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        // A second ping, so that the process still lives when its CPU time is read.
        try (Peer dialer = Peer.start(
                one, List.of("ping", serving.address(), "--count", "2000", "--security", bench.security()))) {
            dialer.await("ping");
            double wall = (System.nanoTime() - start) / 1e6;
            double cpu = 1e3 * dialer.cpuSeconds();
            bench.results().add(Figure.lower("start", "process start to first ping: wall", "ms", 0), one.name(), wall);
            bench.results().add(Figure.lower("start", "process start to first ping: CPU", "ms", 0), one.name(), cpu);
            dialer.finish();
        }
    }
}
