package libp2p.simulator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.environment.TimedCondition;

/** A small busy network: everything the simulator offers is used, so that its traces show any difference. */
final class Workload {
    private Workload() {}

    /** Prints the trace of the seed given as argument; run in a JVM of its own. */
    public static void main(String[] arguments) {
        System.out.println(Simulation.run(Long.parseLong(arguments[0]), Workload::run));
    }

    static void run(Simulation simulation) throws Exception {
        List<SimulatedEnvironment> hosts = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            hosts.add(simulation.host("h" + i, "10.0.0." + (i + 1)));
        }
        SimulatedNetwork network = simulation.network();
        network.link(hosts.get(0), hosts.get(1))
                .loss(0.05)
                .jitter(Duration.ofMillis(3))
                .bandwidth(1_000_000);
        network.names().addresses("four.example", "10.0.0.5");
        for (SimulatedEnvironment host : hosts) {
            host.start("server", () -> serve(host));
        }
        List<SimulatedTask> tasks = new ArrayList<>();
        for (SimulatedEnvironment host : hosts) {
            for (int i = 0; i < 3; i++) {
                String name = host.name() + "-client-" + i;
                tasks.add(simulation.spawn(name, () -> talk(host, host.random(name))));
            }
        }
        simulation.sleep(Duration.ofMillis(50));
        network.partition(List.of(hosts.get(2)));
        simulation.sleep(Duration.ofSeconds(1));
        network.healPartitions();
        for (SimulatedTask task : tasks) {
            task.join();
        }
    }

    private static void serve(SimulatedEnvironment host) {
        try (TcpListener listener = host.network().listenTcp(new InetSocketAddress("0.0.0.0", 4001), 32, true)) {
            while (true) {
                TcpChannel channel = listener.accept();
                host.start("echo", () -> echo(host, channel));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads on one thread and writes on another, with a bounded queue between them. */
    private static void echo(SimulatedEnvironment host, TcpChannel channel) {
        ReentrantLock lock = new ReentrantLock();
        TimedCondition changed = new TimedCondition(host, lock);
        ArrayDeque<ByteBuffer> queue = new ArrayDeque<>();
        host.start("writer", () -> writeAll(channel, lock, changed, queue));
        try {
            while (true) {
                ByteBuffer bytes = ByteBuffer.allocate(2_000);
                boolean end = channel.read(bytes) < 0;
                lock.lock();
                try {
                    while (queue.size() > 3) {
                        changed.await(Deadline.afterNanos(host, 1_000_000));
                    }
                    queue.add(bytes.flip());
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
                if (end) {
                    return;
                }
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void writeAll(
            TcpChannel channel, ReentrantLock lock, TimedCondition changed, ArrayDeque<ByteBuffer> queue) {
        try (channel) {
            while (true) {
                ByteBuffer next;
                lock.lock();
                try {
                    while (queue.isEmpty()) {
                        changed.await(Deadline.NONE);
                    }
                    next = queue.remove();
                    changed.signalAll();
                } finally {
                    lock.unlock();
                }
                if (!next.hasRemaining()) {
                    return;
                }
                channel.write(next);
            }
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void talk(SimulatedEnvironment host, RandomGenerator random) throws Exception {
        for (int round = 0; round < 4; round++) {
            var target = host.network().resolve("four.example", Deadline.NONE).getFirst();
            if (random.nextBoolean()) {
                target = java.net.InetAddress.ofLiteral("10.0.0." + (1 + random.nextInt(6)));
            }
            int size = 1 + random.nextInt(20_000);
            try (TcpChannel channel =
                    host.network().connectTcp(null, new InetSocketAddress(target, 4001), Deadline.NONE)) {
                host.start("sender", () -> send(channel, size));
                ByteBuffer answer = ByteBuffer.allocate(size + 1);
                while (channel.read(answer) >= 0) {
                    host.schedulePoint();
                }
                if (answer.position() != size) {
                    throw new AssertionError("sent " + size + " bytes, got " + answer.position());
                }
            }
        }
    }

    private static void send(TcpChannel channel, int size) {
        try {
            channel.write(ByteBuffer.allocate(size));
            channel.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
