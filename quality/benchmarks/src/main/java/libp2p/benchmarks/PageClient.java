package libp2p.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.benchmarks.Bench.AllServing;
import libp2p.benchmarks.Bench.Serving;

/**
 * A page of Chromium that dials listeners by WebTransport: the time of a dial, the rate of a transfer on one stream, and
 * what it costs the listener. The listeners live as long as all rounds and are made warm before the first.
 */
final class PageClient {
    private static final double GIB = 1 << 30;
    private static final String GROUP = "webtransport chromium";
    private static final int DIALS = 31;
    /** Both compilers are done with what a connection needs after some thousands; a page dials some dozens a second. */
    private static final int DIALS_BEFORE = 1_000;

    private final Bench bench;
    private final Chromium chromium;

    private PageClient(Bench bench, Chromium chromium) {
        this.bench = bench;
        this.chromium = chromium;
    }

    static void measure(Bench any) throws IOException, InterruptedException {
        if (!any.stack().name().equals("webtransport")) {
            return;
        }
        Bench bench = any.asNode();
        try (Chromium chromium = Chromium.start();
                AllServing serving = bench.serveAll()) {
            PageClient client = new PageClient(bench, chromium);
            for (Implementation listener : bench.implementations()) {
                bench.attempt(() -> client.warm(serving.of(listener)));
            }
            for (int round = 0; round < bench.plan().rounds(); round++) {
                for (Implementation listener : bench.implementations()) {
                    bench.attempt(() -> client.round(listener.name(), serving.of(listener)));
                }
            }
        }
    }

    private void warm(Serving serving) throws IOException {
        for (int i = 0; i < DIALS_BEFORE; i++) {
            chromium.call("timeDial", serving.address());
        }
        chromium.call("connect", serving.address());
        for (int i = 0; i < bench.plan().warmBulk().discarded(); i++) {
            chromium.call("timeTransfer", bench.plan().bytes(), 0);
            chromium.call("timeTransfer", 0, bench.plan().bytes());
        }
        chromium.call("hangUp");
    }

    private void round(String listener, Serving serving) throws IOException {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < DIALS; i++) {
            times.add(chromium.call("timeDial", serving.address()).number("value"));
        }
        bench.results()
                .add(
                        Figure.lower(GROUP, "dial, with the proof of both peers", "ms", 1.2),
                        listener,
                        Series.quantile(times, 0.5));
        chromium.call("connect", serving.address());
        transfer(listener, serving, "upload", bench.plan().bytes(), 0);
        transfer(listener, serving, "download", 0, bench.plan().bytes());
        chromium.call("hangUp");
    }

    private void transfer(String listener, Serving serving, String direction, long up, long down) throws IOException {
        double before = serving.peer().cpuSeconds();
        double millis = chromium.call("timeTransfer", up, down).number("value");
        double cpu = serving.peer().cpuSeconds() - before;
        double rate = (up + down) / 1e3 / millis;
        bench.results().add(Figure.higher(GROUP, direction + " by the page: rate", "MB/s", 1), listener, rate);
        Figure cost = Figure.lower(GROUP, direction + " by the page: CPU of the listener", "s/GiB", 0.6);
        bench.results().add(cost, listener, cpu / ((up + down) / GIB));
    }
}
