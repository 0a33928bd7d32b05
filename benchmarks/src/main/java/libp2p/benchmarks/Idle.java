package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import libp2p.benchmarks.Bench.Serving;

/**
 * Resident memory of a listener per idle connection: the slope between two numbers of connections, all held by the same kind of
 * dialer, a process of its own. Our JVM has a fixed heap with a small young generation, so that garbage does not count as
 * growth for long.
 */
final class Idle {
    private static final Map<String, String> FIXED_HEAP = Map.of("P2P_JAVA_OPTS", "-Xms768m -Xmx768m -Xmn32m");

    private Idle() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        Implementation dialer = bench.implementations().getLast();
        for (Implementation one : bench.implementations()) {
            Implementation fixed = one.ours() ? new Implementation(one.name(), one.program(), FIXED_HEAP, true) : one;
            slope(bench, fixed, dialer);
        }
    }

    private static void slope(Bench bench, Implementation listener, Implementation dialer)
            throws IOException, InterruptedException {
        String group = bench.security() + " memory";
        List<Peer> holders = new ArrayList<>();
        try (Serving serving = Serving.start(listener, bench.security())) {
            int held = 0;
            int from = 0;
            long base = 0;
            for (int step : bench.plan().idle()) {
                Peer holder = Peer.start(
                        dialer,
                        List.of(
                                "idle",
                                serving.address(),
                                "--count",
                                "" + (step - held),
                                "--security",
                                bench.security(),
                                "--limits",
                                "none"));
                holders.add(holder);
                holder.await("idle");
                held = step;
                Thread.sleep(1000L * bench.plan().idleSeconds());
                long resident = serving.peer().residentBytes();
                if (base == 0) {
                    base = resident;
                    from = step;
                } else {
                    bench.results()
                            .add(
                                    Figure.lower(group, "per idle connection, " + from + " to " + step, "KiB", 0.35),
                                    listener.name(),
                                    (resident - base) / 1024.0 / (step - from));
                }
                bench.results()
                        .add(
                                Figure.lower(group, "process with " + step + " idle connections", "MiB", 0),
                                listener.name(),
                                resident / 1048576.0);
            }
        } finally {
            holders.forEach(Peer::close);
        }
    }
}
