package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The bytes of a connection on the wire: full records of 65,535 bytes, several to a system call, for a bulk stream, and
 * the small writes of many threads together. Noise, whose records tell their length in the clear.
 */
class WireTest {
    private static final int FULL_RECORD = 65_535;
    private static final int BULK = 8 << 20;
    private static final int THREADS = 64;
    private static final String SINK = "/sink/1.0.0";

    /** Keeps what a dialer writes, write by write. */
    private static final class Tap extends TcpEnvironment {
        private final List<byte[]> writes = new ArrayList<>();

        Tap(SimulatedEnvironment inner) {
            super(inner);
        }

        @Override
        TcpChannel connect(@Nullable InetSocketAddress local, InetSocketAddress remote, Deadline deadline)
                throws IOException {
            return new Tapped(super.connect(local, remote, deadline));
        }

        private final class Tapped extends ForwardingChannel {
            Tapped(TcpChannel inner) {
                super(inner);
            }

            @Override
            public void write(ByteBuffer source) throws IOException {
                byte[] bytes = new byte[source.remaining()];
                source.get(source.position(), bytes);
                writes.add(bytes);
                super.write(source);
            }

            @Override
            public void tryWrite(ByteBuffer source) throws IOException {
                int start = source.position();
                super.tryWrite(source);
                byte[] bytes = new byte[source.position() - start];
                source.get(start, bytes);
                writes.add(bytes);
            }
        }

        List<Integer> recordsFrom(int write) {
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            writes.subList(write, writes.size()).forEach(all::writeBytes);
            ByteBuffer in = ByteBuffer.wrap(all.toByteArray());
            List<Integer> lengths = new ArrayList<>();
            while (in.hasRemaining()) {
                int length = in.getShort() & 0xffff;
                in.position(in.position() + length);
                lengths.add(length);
            }
            return lengths;
        }
    }

    /**
     * Over the schedules of all seeds, one of which may well let the thread that sends run after every single write.
     */
    private static final class Sum {
        private int runs; // as many as were asked for, which need not be as many as usual
        private int writes;
        private int records;
    }

    /** A dialer that is watched, and a listener that takes everything. */
    private record Scene(World world, Tap tap, TestNode alice, TestNode bob) {
        static Scene start(World world) throws Exception {
            SimulatedEnvironment here = world.simulation().host("alice", "10.0.0.1");
            SimulatedEnvironment there = world.simulation().host("bob", "10.0.0.2");
            Tap tap = new Tap(here);
            TestNode alice = world.node(here, builder -> builder.environment(tap));
            TestNode bob = world.node(there, builder -> {}, "/ip4/10.0.0.2/tcp/4001");
            bob.host().handle(SINK, stream -> {
                stream.input().readAllBytes();
                stream.write(new byte[1]);
            });
            alice.connect(bob);
            alice.awaitIdentified();
            return new Scene(world, tap, alice, bob);
        }

        Stream open() throws IOException {
            return alice.open(bob, SINK);
        }

        /** Lets everything that is under way arrive; returns how many writes there have been. */
        int settled() throws InterruptedException {
            world.sleep(Duration.ofSeconds(1));
            return tap.writes.size();
        }
    }

    @Test
    void aBulkStreamLeavesInFullRecordsOfWhichSeveralShareASystemCall() {
        World.underSeeds(5, world -> {
            Scene scene = Scene.start(world);
            Stream bulk = scene.open();
            int from = scene.settled();
            bulk.write(new byte[BULK]);
            bulk.closeWrite();
            assertThat(bulk.input().read()).isZero();
            List<Integer> records = scene.tap.recordsFrom(from);
            assertThat(records.stream().filter(length -> length == FULL_RECORD).count())
                    .as("full records among %s", records)
                    .isGreaterThan(BULK / FULL_RECORD * 9 / 10);
            assertThat(scene.tap.writes.size() - from).as("writes").isLessThan(BULK / FULL_RECORD / 2);
        });
    }

    @Test
    void smallWritesOfManyThreadsLeaveTogether() {
        Sum all = new Sum();
        World.underSeeds(World.SEEDS, world -> {
            Scene scene = Scene.start(world);
            List<Stream> streams = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                streams.add(scene.open());
            }
            int from = scene.settled();
            List<SimulatedTask> writers = new ArrayList<>();
            for (Stream stream : streams) {
                writers.add(world.spawn("writer", () -> stream.write(new byte[100])));
            }
            for (SimulatedTask writer : writers) {
                writer.join();
            }
            all.runs++;
            all.writes += scene.settled() - from;
            all.records += scene.tap.recordsFrom(from).size();
        });
        assertThat(all.writes).as("writes under all schedules").isBetween(all.runs, all.runs * THREADS / 8);
        assertThat(all.records).as("records").isBetween(all.runs, all.runs * THREADS / 8);
    }
}
