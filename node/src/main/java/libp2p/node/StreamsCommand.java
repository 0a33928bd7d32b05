package libp2p.node;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.connection.Stream;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Output;
import libp2p.protocols.echo.Echo;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code p2p debug streams}: a check for tests and a figure for benchmarks. */
@Command(name = "streams", description = "Opens many echo streams, one byte each.", mixinStandardHelpOptions = true)
final class StreamsCommand extends DialCommand {
    @Option(names = "--count", defaultValue = "1000", description = "Streams in all.")
    private int count;

    @Option(names = "--parallel", defaultValue = "24", description = "Streams at a time.")
    private int parallel;

    @Option(names = "--warmup", defaultValue = "0", description = "Streams before measuring.")
    private int warmup;

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        if (warmup > 0) {
            all(host, peer, warmup);
        }
        double cpu = cpuSeconds();
        double seconds = all(host, peer, count);
        output.event(
                "streams",
                "%d streams in %.3f s".formatted(count, seconds),
                "count",
                count,
                "seconds",
                seconds,
                "cpu_s",
                cpuSeconds() - cpu);
    }

    private double all(Host host, PeerAddress peer, int streams) throws Exception {
        long start = host.environment().nanoTime();
        AtomicInteger left = new AtomicInteger(streams);
        List<FutureTask<Void>> workers = new ArrayList<>();
        for (int i = 0; i < parallel; i++) {
            FutureTask<Void> worker = new FutureTask<>(() -> {
                while (left.getAndDecrement() > 0) {
                    one(host, peer);
                }
                return null;
            });
            workers.add(worker);
            host.environment().start("streams-" + i, worker);
        }
        for (FutureTask<Void> worker : workers) {
            worker.get();
        }
        return (host.environment().nanoTime() - start) / 1e9;
    }

    private static void one(Host host, PeerAddress peer) throws IOException {
        byte[] byteOut = {42};
        byte[] byteIn = new byte[1];
        try (Stream stream = host.open(peer, Echo.PROTOCOL)) {
            stream.writeLast(byteOut);
            if (stream.read(byteIn, 0, 1) != 1 || byteIn[0] != 42 || stream.read(byteIn, 0, 1) >= 0) {
                throw new IOException("the echo differs");
            }
        }
    }
}
