package libp2p.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** The limit: bytes over loopback without cryptography, both ends in this process. */
final class RawTcp {
    private static final int BUFFER = 64 << 10;

    private RawTcp() {}

    static void measure(Bench bench) throws IOException, InterruptedException {
        for (int i = 0; i < bench.plan().rounds() + 1; i++) {
            double before = Processes.cpuSeconds(ProcessHandle.current().pid());
            long start = System.nanoTime();
            transfer(bench.plan().bytes());
            double seconds = (System.nanoTime() - start) / 1e9;
            double cpu = Processes.cpuSeconds(ProcessHandle.current().pid()) - before;
            if (i > 0) {
                bench.results()
                        .add(
                                Figure.higher("limit", "raw TCP, 64 KiB writes: rate", "MB/s", 0),
                                "java",
                                bench.plan().bytes() / 1e6 / seconds);
                bench.results()
                        .add(
                                Figure.lower("limit", "raw TCP, 64 KiB writes: CPU of both ends", "s/GiB", 0),
                                "java",
                                cpu * (1 << 30) / bench.plan().bytes());
            }
        }
    }

    private static void transfer(long bytes) throws IOException, InterruptedException {
        try (ServerSocketChannel server =
                ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            Thread reader = Thread.ofPlatform().start(() -> {
                ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
                try (SocketChannel in = server.accept()) {
                    while (in.read(buffer.clear()) >= 0) {}
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
            try (SocketChannel out = SocketChannel.open(server.getLocalAddress())) {
                for (long left = bytes; left > 0; left -= BUFFER) {
                    buffer.clear();
                    while (buffer.hasRemaining()) {
                        out.write(buffer);
                    }
                }
            }
            reader.join();
        }
    }
}
