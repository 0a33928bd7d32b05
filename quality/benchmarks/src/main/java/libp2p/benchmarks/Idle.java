package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.benchmarks.Bench.Serving;

/**
 * Resident memory of a listener per idle connection: the slope between two numbers of connections, all held by the same
 * kind of dialer, a process of its own. Our JVM has a fixed heap with a small young generation, so that garbage does
 * not count as growth for long.
 */
final class Idle {
    private static final String FIXED_HEAP = "-Xms400m -Xmx400m -Xmn32m";
    /** Descriptors that a process needs besides one per connection. */
    private static final int OTHER_FILES = 300;

    private Idle() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        Implementation dialer = bench.implementations().getLast();
        long most = Processes.openFileLimit() - OTHER_FILES;
        List<Integer> steps =
                bench.plan().idle().stream().filter(step -> step <= most).toList();
        if (steps.size() < bench.plan().idle().size()) {
            System.err.println("  the limit of open files allows " + most + " connections: raise it with ulimit -Hn");
        }
        for (Implementation one : bench.implementations()) {
            bench.attempt(() -> slope(bench, one.withJavaOptions(FIXED_HEAP), dialer, steps));
        }
    }

    private static void slope(Bench bench, Implementation listener, Implementation dialer, List<Integer> steps)
            throws IOException, InterruptedException {
        List<Peer> holders = new ArrayList<>();
        try (Serving serving = Serving.start(listener, bench.stack())) {
            int held = 0;
            long before = 0;
            for (int step : steps) {
                holders.add(hold(bench, dialer, serving, step - held));
                Thread.sleep(1000L * bench.plan().idleSeconds());
                long resident = serving.peer().residentBytes();
                if (held > 0) {
                    report(bench, listener, held, step, (resident - before) / 1024.0);
                }
                Figure process = Figure.lower(
                        bench.stack().name() + " memory", "process with " + step + " idle connections", "MiB", 0);
                bench.results().add(process, listener.name(), resident / 1048576.0);
                before = resident;
                held = step;
            }
        } finally {
            holders.forEach(Peer::close);
        }
    }

    private static Peer hold(Bench bench, Implementation dialer, Serving serving, int count) throws IOException {
        List<String> arguments = new ArrayList<>(List.of("idle", serving.address(), "--count", "" + count));
        arguments.addAll(bench.stack().options());
        Peer holder = Peer.startLasting(dialer, arguments);
        try {
            holder.await("idle");
            return holder;
        } catch (IOException | RuntimeException e) {
            holder.close();
            throw e;
        }
    }

    private static void report(Bench bench, Implementation listener, int from, int to, double kibibytes) {
        String title = "per idle connection, " + from + " to " + to;
        Figure figure = Figure.lower(
                bench.stack().name() + " memory", title, "KiB", bench.stack().goal(0.35, 0.35));
        bench.results().add(figure, listener.name(), kibibytes / (to - from));
    }
}
