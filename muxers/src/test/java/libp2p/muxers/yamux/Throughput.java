package libp2p.muxers.yamux;

import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.util.concurrent.FutureTask;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.SystemEnvironment;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.muxers.support.HandoffLink;
import libp2p.muxers.support.MuxedPair;
import libp2p.muxers.support.TestScope;

/**
 * Measures yamux over a link that costs nothing: bulk bytes on some streams at a time, and round trips of one small
 * message. Arguments: streams (1), GiB a round (4), bytes a write and read (65536), rounds (5).
 */
public final class Throughput {
    private static final long GIB = 1L << 30;

    private Throughput() {}

    public static void main(String[] arguments) throws Exception {
        int streams = argument(arguments, 0, 1);
        long bytes = argument(arguments, 1, 4) * GIB;
        int block = argument(arguments, 2, 64 << 10);
        int rounds = argument(arguments, 3, 5);
        SystemEnvironment environment = SystemEnvironment.shared();
        HandoffLink link = new HandoffLink();
        Yamux yamux = new Yamux();
        MuxedConnection left = yamux.mux(environment, link.left(), true, new TestScope());
        MuxedConnection right = yamux.mux(environment, link.right(), false, new TestScope());
        for (int round = 0; round < rounds; round++) {
            bulk(left, right, streams, bytes, block);
            roundTrips(left, right, 50_000);
        }
        left.close(0, "done");
    }

    private static int argument(String[] arguments, int index, int otherwise) {
        return index < arguments.length ? Integer.parseInt(arguments[index]) : otherwise;
    }

    private static void bulk(MuxedConnection left, MuxedConnection right, int streams, long bytes, int block)
            throws Exception {
        long cpu = cpu();
        long start = System.nanoTime();
        FutureTask<?>[] tasks = new FutureTask<?>[streams * 2];
        for (int i = 0; i < streams; i++) {
            MuxedStream source = left.openStream(Deadline.NONE);
            MuxedStream sink = right.acceptStream();
            tasks[2 * i] = MuxedPair.async(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(block);
                for (long sent = 0; sent < bytes / streams; sent += block) {
                    source.write(buffer.clear());
                }
                source.close();
                return null;
            });
            tasks[2 * i + 1] = MuxedPair.async(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(block);
                while (sink.read(buffer.clear()) >= 0) {}
                sink.close();
                return null;
            });
        }
        for (FutureTask<?> task : tasks) {
            task.get();
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        double cpuSeconds = (cpu() - cpu) / 1e9;
        System.out.printf(
                "%d streams: %.2f GB/s, %.3f CPU s per GB (both ends): %.2f GB/s a core%n",
                streams, bytes / seconds / 1e9, cpuSeconds / (bytes / 1e9), bytes / 1e9 / cpuSeconds);
    }

    private static void roundTrips(MuxedConnection left, MuxedConnection right, int count) throws Exception {
        MuxedStream client = left.openStream(Deadline.NONE);
        MuxedStream server = right.acceptStream();
        FutureTask<Void> echo = MuxedPair.async(() -> {
            ByteBuffer buffer = ByteBuffer.allocate(64);
            while (server.read(buffer.clear()) >= 0) {
                server.write(buffer.flip());
            }
            server.close();
            return null;
        });
        long cpu = cpu();
        long start = System.nanoTime();
        MuxedPair.async(() -> {
                    ByteBuffer buffer = ByteBuffer.allocate(64);
                    for (int i = 0; i < count; i++) {
                        buffer.clear().limit(32);
                        client.write(buffer);
                        client.read(buffer.clear());
                    }
                    client.close();
                    return null;
                })
                .get();
        double seconds = (System.nanoTime() - start) / 1e9;
        echo.get();
        System.out.printf(
                "round trip of 32 bytes: %.1f us, %.1f us CPU%n", seconds / count * 1e6, (cpu() - cpu) / 1e3 / count);
    }

    private static long cpu() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
