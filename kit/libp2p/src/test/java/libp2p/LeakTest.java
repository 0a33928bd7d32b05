package libp2p;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import libp2p.core.buffer.BufferPool;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.protocols.echo.Echo;
import libp2p.swarm.Swarm;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * After many streams and connections, one in twenty interrupted, timed out or reset, everything is what it was:
 * threads, descriptors, direct memory, leases and scopes.
 */
class LeakTest {
    /** The buffers that the shared pool keeps for the next use, and small ones that were not collected yet. */
    private static final long KEPT_BYTES = (long) BufferPool.RETAINED * BufferPool.BUFFER_BYTES + (4 << 20);

    private final AtomicInteger failures = new AtomicInteger();

    @Test
    void fiveThousandStreamsAndThreeHundredConnectionsLeaveNothingBehind() throws Exception {
        run(5_000, 300);
    }

    @Test
    @Tag("long")
    void aHundredThousandStreamsAndTenThousandConnectionsLeaveNothingBehind() throws Exception {
        run(100_000, 10_000);
    }

    private void run(int streams, int connections) throws Exception {
        warm();
        long descriptors = descriptors();
        long direct = directBytes();
        long leases = BufferPool.shared().outstanding();
        Swarm server = (Swarm)
                Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").with(new Echo()).start();
        Swarm client = (Swarm) Libp2p.host().start();
        PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
        parallel(16, streams, random -> stream(client, address, random));
        parallel(16, connections, random -> connection(address, random));
        client.close();
        server.close();
        assertThat(failures).as("unexpected failures").hasValue(0);
        assertThat(client.threads()).isZero();
        assertThat(server.threads()).isZero();
        assertThat(client.resourceManager().usage()).isEmpty();
        assertThat(server.resourceManager().usage()).isEmpty();
        assertThat(server.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
        awaitLoops();
        assertThat(BufferPool.shared().outstanding()).isEqualTo(leases);
        assertThat(directBytes()).isLessThan(direct + KEPT_BYTES);
        assertThat(descriptors()).isLessThanOrEqualTo(descriptors);
    }

    /**
     * From here on classes are loaded and shared pools exist, and the environment has all of its event loops: as many as
     * processors, each with two descriptors for as long as the environment lives, of which the next socket starts the next.
     */
    private static void warm() throws IOException {
        try (Host warm = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            PeerAddress address = PeerAddress.of(warm.peerId(), warm.addresses());
            for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
                try (Host client = Libp2p.host().start()) {
                    client.connect(address);
                }
            }
        }
        awaitLoops();
    }

    /**
     * Waits until the event loops have let go of the sockets that were closed: a port of QUIC is closed when its loop has
     * let go of it, after those before.
     */
    private static void awaitLoops() throws IOException {
        for (int i = 0; i < Runtime.getRuntime().availableProcessors(); i++) {
            Libp2p.host().listen("/ip4/127.0.0.1/udp/0/quic-v1").start().close();
        }
    }

    private interface Step {
        void run(SplittableRandom random) throws Exception;
    }

    private void parallel(int workers, int count, Step step) throws InterruptedException {
        AtomicInteger left = new AtomicInteger(count);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            SplittableRandom random = new SplittableRandom(i);
            threads.add(Thread.ofVirtual().start(() -> {
                while (left.getAndDecrement() > 0) {
                    try {
                        step.run(random);
                    } catch (Exception e) {
                        if (failures.getAndIncrement() == 0) {
                            e.printStackTrace();
                        }
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void stream(Host client, PeerAddress address, SplittableRandom random) throws IOException {
        boolean disturbed = random.nextInt(20) == 0;
        int how = random.nextInt(3);
        var stream = client.open(address, Echo.PROTOCOL);
        try {
            byte[] bytes = new byte[1 + random.nextInt(2000)];
            if (!disturbed) {
                stream.write(bytes);
                stream.closeWrite();
                assertThat(stream.input().readAllBytes()).hasSameSizeAs(bytes);
                stream.close();
            } else if (how == 0) {
                stream.write(bytes);
                stream.reset(random.nextInt(1 << 16));
            } else if (how == 1) {
                stream.readTimeout(Duration.ofNanos(1));
                stream.read(bytes, 0, 1);
                stream.reset(0);
            } else {
                Thread.currentThread().interrupt();
                stream.read(bytes, 0, 1);
            }
        } catch (InterruptedIOException expected) {
            Thread.interrupted();
            stream.reset(0);
            if (!disturbed) {
                throw expected;
            }
        }
    }

    private void connection(PeerAddress address, SplittableRandom random) throws Exception {
        int how = random.nextInt(40);
        try (Host host = Libp2p.host().start()) {
            DialOptions options = DialOptions.DEFAULT.withIgnoreBackoff();
            if (how == 0) {
                interrupted(host, address, random);
            } else if (how == 1) {
                Duration moment = Duration.ofMillis(1 + random.nextInt(3));
                assertThatCode(() -> host.connect(address, options.withTimeout(moment)))
                        .satisfiesAnyOf(
                                done -> assertThat(done).isNull(),
                                late -> assertThat(late).isInstanceOf(IOException.class));
            } else {
                host.connect(address, options);
            }
        }
    }

    /**
     * Interrupts a dial at a random moment; on a thread of its own, so that the interrupt cannot hit anything later.
     */
    private static void interrupted(Host host, PeerAddress address, SplittableRandom random) throws Exception {
        Thread dialing = Thread.ofVirtual().start(() -> {
            try {
                host.connect(address);
            } catch (IOException expected) {
                assertThat(Thread.currentThread().isInterrupted()).isTrue();
            }
        });
        host.environment().schedule(random.nextLong(3_000_000), dialing::interrupt);
        dialing.join();
    }

    private static long directBytes() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .filter(pool -> pool.getName().equals("direct"))
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static long descriptors() throws IOException {
        Path open = Path.of("/proc/self/fd");
        if (!Files.isDirectory(open)) {
            return 0;
        }
        try (Stream<Path> files = Files.list(open)) {
            return files.count();
        }
    }
}
