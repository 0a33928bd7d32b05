package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.benchmarks.Bench.Pair;
import libp2p.benchmarks.Bench.Serving;

/** Bulk transfer by {@code /perf/1.0.0}: wall rate and CPU seconds per GiB of each side. */
final class Throughput {
    private static final double GIB = 1 << 30;

    private Throughput() {}

    /**
     * QUIC is taken with both compilers, and warm; the quick compiler is done at once with what TCP
     * leaves to the kernel.
     */
    static void measure(Bench any) throws IOException, InterruptedException {
        Bench bench =
                any.stack().isOverQuic() ? any.asNode().withPlan(any.plan().warmBulk()) : any;
        try (Bench.AllServing serving = bench.serveAll()) {
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (int streams : bench.plan().bulkStreams()) {
                    for (String direction : List.of("upload", "download")) {
                        for (Pair pair : bench.pairs()) {
                            bench.attempt(() -> one(bench, pair, serving.of(pair), direction, streams));
                        }
                    }
                }
            }
        }
    }

    private static void one(Bench bench, Pair pair, Serving serving, String direction, int streams)
            throws IOException, InterruptedException {
        Plan plan = bench.plan();
        double gib = plan.bytes() / GIB;
        String what = direction + ", " + (streams == 1 ? "one stream" : streams + " streams");
        String group = bench.stack().name() + " bulk";
        List<String> arguments = new ArrayList<>(List.of(
                "perf",
                serving.address(),
                "--" + direction,
                Long.toString(plan.bytes()),
                "--streams",
                "" + streams,
                "--repeat",
                "" + (plan.discarded() + plan.kept())));
        arguments.addAll(bench.stack().options());
        try (Peer dialer = Peer.start(pair.dialer(), arguments)) {
            double before = serving.peer().cpuSeconds();
            for (int i = 0; i < plan.discarded() + plan.kept(); i++) {
                Event event = dialer.await("perf");
                double after = serving.peer().cpuSeconds();
                double cpu = event.number("cpu_s") / gib;
                double rate = plan.bytes() / 1e6 / event.number(direction + "_s");
                if (i == 0) {
                    bench.addDialer(Figure.lower(group, what + ": CPU of the dialer, cold", "s/GiB", 0), pair, cpu);
                }
                if (i >= plan.discarded()) {
                    add(bench, group, what, direction, pair, cpu, (after - before) / gib, rate);
                }
                before = after;
            }
            dialer.finish();
        }
    }

    private static void add(
            Bench bench,
            String group,
            String what,
            String direction,
            Pair pair,
            double dialer,
            double listener,
            double rate) {
        Stack stack = bench.stack();
        boolean upload = direction.equals("upload");
        double cost = stack.goal(0.6, 1, 0.8);
        double sender = stack.goal(1.2, 0, 1);
        double receiver = stack.goal(1.2, 0, 1.2);
        bench.addDialer(Figure.lower(group, what + ": CPU of the dialer", "s/GiB", cost), pair, dialer);
        bench.addListener(Figure.lower(group, what + ": CPU of the listener", "s/GiB", cost), pair, listener);
        bench.addDialer(
                Figure.higher(group, what + ": rate, dialing go", "MB/s", upload ? sender : receiver), pair, rate);
        bench.addListener(
                Figure.higher(group, what + ": rate, dialed by go", "MB/s", upload ? receiver : sender), pair, rate);
        double alone = stack.goal(1.8, 0, 1.5);
        bench.addBoth(Figure.higher(group, what + ": rate, with itself", "MB/s", alone), pair, rate);
    }
}
