package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.benchmarks.Bench.Pair;
import libp2p.benchmarks.Bench.Serving;

/** Pings while a bulk stream saturates the same connection, and what that costs the bulk stream. */
final class BusyPing {
    private BusyPing() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        try (Bench.AllServing serving = bench.serveAll()) {
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (String direction : List.of("upload", "download")) {
                    for (Pair pair : bench.pairs()) {
                        bench.attempt(() -> one(bench, pair, serving.of(pair), direction));
                    }
                }
            }
        }
    }

    private static void one(Bench bench, Pair pair, Serving serving, String direction)
            throws IOException, InterruptedException {
        Plan plan = bench.plan();
        String group = bench.stack().name() + " ping under load";
        List<String> arguments = new ArrayList<>(List.of(
                "busyping",
                serving.address(),
                "--direction",
                direction,
                "--seconds",
                "" + plan.busySeconds(),
                "--repeat",
                "" + (plan.busyDiscarded() + plan.kept())));
        arguments.addAll(bench.stack().options());
        try (Peer dialer = Peer.start(pair.dialer(), arguments)) {
            for (int i = 0; i < plan.busyDiscarded() + plan.kept(); i++) {
                Event event = dialer.await("busyping");
                if (i >= plan.busyDiscarded()) {
                    add(bench, group, direction, pair, event);
                }
            }
            dialer.finish();
        }
    }

    private static void add(Bench bench, String group, String direction, Pair pair, Event event) {
        String beside = " beside " + (direction.equals("upload") ? "an upload" : "a download");
        for (String quantile : List.of("p50", "p99")) {
            double goal = quantile.equals("p99") ? bench.stack().goal(0.5) : 0;
            double micros = event.number(quantile + "_us");
            String what = "round trip " + quantile + beside;
            bench.addDialer(Figure.lower(group, what + ", dialing go", "µs", goal), pair, micros);
            bench.addListener(Figure.lower(group, what + ", dialed by go", "µs", goal), pair, micros);
            bench.addBoth(Figure.lower(group, what + ", with itself", "µs", goal), pair, micros);
        }
        double kept = event.number("bytes_s") / event.number("alone_bytes_s");
        String what = "the " + direction + " beside pings, of its rate alone";
        double goal = bench.stack().goal(0.9);
        bench.addDialer(Figure.higher(group, what + ", dialing go", "×", 0).absolute(goal), pair, kept);
        bench.addListener(Figure.higher(group, what + ", dialed by go", "×", 0).absolute(goal), pair, kept);
        bench.addBoth(Figure.higher(group, what + ", with itself", "×", 0).absolute(goal), pair, kept);
    }
}
