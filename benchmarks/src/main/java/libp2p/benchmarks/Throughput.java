package libp2p.benchmarks;

import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.benchmarks.Bench.Pair;
import libp2p.benchmarks.Bench.Serving;

/** Bulk transfer by {@code /perf/1.0.0}: wall rate and CPU seconds per GiB of each side. */
final class Throughput {
    private static final double GIB = 1 << 30;

    private Throughput() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        Map<String, Serving> serving = new HashMap<>();
        try {
            for (Implementation one : bench.implementations()) {
                serving.put(one.name(), Serving.start(one, bench.security()));
            }
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (int streams : List.of(1, 8)) {
                    for (String direction : List.of("upload", "download")) {
                        for (Pair pair : bench.pairs()) {
                            one(bench, pair, Serving.of(serving, pair), direction, streams);
                        }
                    }
                }
            }
        } finally {
            serving.values().forEach(Serving::close);
        }
    }

    private static void one(Bench bench, Pair pair, Serving serving, String direction, int streams)
            throws IOException, InterruptedException {
        Plan plan = bench.plan();
        double gib = plan.bytes() / GIB;
        String what = direction + ", " + (streams == 1 ? "one stream" : streams + " streams");
        String group = bench.security() + " bulk";
        List<String> arguments = List.of(
                "perf",
                serving.address(),
                "--" + direction,
                Long.toString(plan.bytes()),
                "--streams",
                "" + streams,
                "--repeat",
                "" + (plan.discarded() + plan.kept()),
                "--security",
                bench.security(),
                "--limits",
                "none");
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
                    bench.addDialer(
                            Figure.lower(group, what + ": CPU of the dialer", "s/GiB", goal(bench, 0.6, 1)), pair, cpu);
                    bench.addListener(
                            Figure.lower(group, what + ": CPU of the listener", "s/GiB", goal(bench, 0.6, 1)),
                            pair,
                            (after - before) / gib);
                    bench.addDialer(
                            Figure.higher(group, what + ": rate, dialing go", "MB/s", goal(bench, 1.2, 0)), pair, rate);
                    bench.addListener(
                            Figure.higher(group, what + ": rate, dialed by go", "MB/s", goal(bench, 1.2, 0)),
                            pair,
                            rate);
                    bench.addBoth(
                            Figure.higher(group, what + ": rate, with itself", "MB/s", goal(bench, 1.8, 0)),
                            pair,
                            rate);
                }
                before = after;
            }
            dialer.finish();
        }
    }

    private static double goal(Bench bench, double noise, double tls) {
        return bench.security().equals("tls") ? tls : noise;
    }
}
