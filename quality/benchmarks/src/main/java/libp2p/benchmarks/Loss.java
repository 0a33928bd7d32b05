package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.benchmarks.Bench.Pair;
import libp2p.benchmarks.Bench.Serving;

/**
 * The rate of a transfer on one stream over a way that loses 1 % of all datagrams and takes 50 ms both ways together.
 * It is that of the whole transfer, the start included, and follows from how a sender recovers; the processor hardly
 * matters. All pairs get the same losses of each round.
 */
final class Loss {
    private static final int ROUND_TRIP_MILLIS = 50;
    private static final double LOSS = 0.01;
    private static final Pattern PORT = Pattern.compile("/udp/(\\d+)/");
    /** The part of a bulk transfer that is transferred, as the rate is some hundred times lower. */
    private static final int PART = 64;

    private Loss() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        if (!bench.stack().isOverQuic()) {
            return;
        }
        try (Bench.AllServing serving = bench.serveAll()) {
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (String direction : List.of("upload", "download")) {
                    for (Pair pair : bench.pairs()) {
                        long seed = round;
                        bench.attempt(() -> one(bench, pair, serving.of(pair), direction, seed));
                    }
                }
            }
        }
    }

    private static void one(Bench bench, Pair pair, Serving serving, String direction, long seed)
            throws IOException, InterruptedException {
        Matcher port = PORT.matcher(serving.address());
        if (!port.find()) {
            throw new IOException("no UDP port in " + serving.address());
        }
        long bytes = bench.plan().bytes() / PART;
        try (LossyLink link = new LossyLink(Integer.parseInt(port.group(1)), ROUND_TRIP_MILLIS, LOSS, seed).start()) {
            List<String> arguments = new ArrayList<>(List.of(
                    "perf",
                    port.replaceFirst("/udp/" + link.port() + "/"),
                    "--" + direction,
                    Long.toString(bytes),
                    "--streams",
                    "1",
                    "--repeat",
                    "1"));
            arguments.addAll(bench.stack().options());
            try (Peer dialer = Peer.start(pair.dialer(), arguments)) {
                double rate = bytes / 1e6 / dialer.await("perf").number(direction + "_s");
                dialer.finish();
                String group = bench.stack().name() + " loss";
                String what = "1 % loss, 50 ms, " + direction + ": rate, ";
                double goal = bench.stack().isQuic() ? 1 : 0.95;
                bench.addDialer(Figure.higher(group, what + "dialing go", "MB/s", goal), pair, rate);
                bench.addListener(Figure.higher(group, what + "dialed by go", "MB/s", goal), pair, rate);
                bench.addBoth(Figure.higher(group, what + "with itself", "MB/s", goal), pair, rate);
            }
        }
    }
}
