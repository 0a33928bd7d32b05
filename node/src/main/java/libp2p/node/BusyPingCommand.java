package libp2p.node;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamPriority;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Output;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * {@code p2p debug busyping}: a figure for benchmarks. Each repeat first measures the rate of a bulk stream alone, then its
 * rate and the round trips of pings on the same connection together. The bulk stream has low priority and the pings
 * high, on both sides, as these protocols always have.
 */
@Command(
        name = "busyping",
        description = "Pings while a bulk stream saturates the connection.",
        mixinStandardHelpOptions = true)
final class BusyPingCommand extends DialCommand {
    private static final long PAUSE_NANOS = 2_000_000;

    enum Direction {
        UPLOAD,
        DOWNLOAD
    }

    @Option(names = "--seconds", defaultValue = "2", description = "Length of each half of a repeat.")
    private int seconds;

    @Option(names = "--repeat", defaultValue = "1", description = "How often to measure; default: ${DEFAULT-VALUE}.")
    private int repeat;

    @Option(names = "--direction", defaultValue = "upload", description = "Of the bulk: ${COMPLETION-CANDIDATES}.")
    private Direction direction = Direction.UPLOAD;

    private final AtomicLong moved = new AtomicLong();

    @Override
    void run(Host host, PeerAddress peer, Output output) throws Exception {
        FutureTask<Void> measuring = new FutureTask<>(() -> {
            measure(host, peer, output);
            return null;
        });
        host.environment().start("busyping", measuring);
        try {
            measuring.get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException cause ? cause : e;
        }
    }

    private void measure(Host host, PeerAddress peer, Output output) throws Exception {
        Environment environment = host.environment();
        Stream bulk = host.open(peer, Perf.PROTOCOL);
        FutureTask<Void> saturating = new FutureTask<>(() -> {
            saturate(bulk);
            return null;
        });
        environment.start("busyping-bulk", saturating);
        try (PingSession session = Ping.session(host, peer)) {
            for (int i = 0; i < repeat; i++) {
                long start = environment.nanoTime();
                long before = moved.get();
                pause(environment, seconds * 1_000_000_000L);
                if (saturating.isDone()) {
                    saturating.get();
                }
                double alone = rate(before, environment.nanoTime() - start);
                start = environment.nanoTime();
                before = moved.get();
                List<Double> times = pings(environment, session);
                report(output, alone, rate(before, environment.nanoTime() - start), times);
            }
        } finally {
            bulk.reset(ErrorCode.NONE);
        }
    }

    private static void report(Output output, double alone, double together, List<Double> sorted) {
        double p50 = rank(sorted, 0.5);
        double p99 = rank(sorted, 0.99);
        output.event(
                "busyping",
                "%d pings, p50 %.0f µs, p99 %.0f µs; bulk %.0f MB/s, alone %.0f MB/s"
                        .formatted(sorted.size(), p50, p99, together / 1e6, alone / 1e6),
                "alone_bytes_s",
                alone,
                "bytes_s",
                together,
                "pings",
                sorted.size(),
                "p50_us",
                p50,
                "p99_us",
                p99);
    }

    /** Moves bytes until the stream fails. */
    private void saturate(Stream bulk) throws IOException {
        boolean upload = direction == Direction.UPLOAD;
        bulk.priority(StreamPriority.LOW);
        bulk.write(ByteBuffer.allocate(8).putLong(0, upload ? 0 : Long.MAX_VALUE));
        if (!upload) {
            bulk.closeWrite();
        }
        byte[] block = new byte[64 * 1024];
        while (true) {
            int count = block.length;
            if (upload) {
                bulk.write(block, 0, count);
            } else {
                count = bulk.read(block, 0, count);
                if (count < 0) {
                    throw new IOException("the bulk stream has ended");
                }
            }
            moved.addAndGet(count);
        }
    }

    private double rate(long before, long nanos) {
        return (moved.get() - before) * 1e9 / nanos;
    }

    /** One ping after the other with a short pause; the round trips in microseconds, sorted. */
    private List<Double> pings(Environment environment, PingSession session) throws IOException {
        List<Double> times = new ArrayList<>();
        long end = environment.nanoTime() + seconds * 1_000_000_000L;
        while (environment.nanoTime() < end) {
            times.add(session.ping().toNanos() / 1000.0);
            pause(environment, PAUSE_NANOS);
        }
        times.sort(null);
        return times;
    }

    private void pause(Environment environment, long nanos) {
        Deadline deadline = Deadline.afterNanos(environment, nanos);
        while (!deadline.passed(environment)) {
            environment.park(this, deadline);
        }
    }

    private static double rank(List<Double> sorted, double q) {
        return sorted.get((int) (q * (sorted.size() - 1)));
    }
}
