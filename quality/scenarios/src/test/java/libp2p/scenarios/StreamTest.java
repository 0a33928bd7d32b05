package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Registration;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.SimulatedTask;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Streams between two hosts: interrupts, deadlines, full windows, ends. */
class StreamTest {
    private static final String MUTE = "/mute/1.0.0";

    /** Two hosts with some latency between them. */
    private record Pair(World world, TestNode alice, TestNode bob) {
        static Pair in(World world) throws Exception {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(Duration.ofMillis(10));
            return new Pair(world, alice, bob);
        }

        void cut() {
            world.network().link(alice.environment(), bob.environment()).cut();
        }
    }

    /** Serves streams by keeping them, unread, until the host closes. */
    private static List<Stream> keepUnread(TestNode node) {
        List<Stream> kept = new ArrayList<>();
        node.host().handle(MUTE, stream -> {
            stream.detach();
            kept.add(stream);
        });
        return kept;
    }

    @Test
    void anInterruptedReaderLeavesItsStreamAndTheOthersAlive() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            Stream stream = pair.alice().open(pair.bob(), Echo.PROTOCOL);
            Stream other = pair.alice().open(pair.bob(), Echo.PROTOCOL);
            SimulatedTask reader = world.spawn("reader", () -> {
                assertThatThrownBy(() -> stream.read(new byte[1], 0, 1)).isInstanceOf(InterruptedIOException.class);
                assertThat(Thread.interrupted()).isTrue();
                Bytes.write(stream, 1, 100_000);
                stream.closeWrite();
                Bytes.expect(stream, 1, 100_000);
            });
            world.sleep(Duration.ofMillis(world.random().nextInt(1, 60)));
            reader.interrupt();
            Bytes.write(other, 2, 100_000);
            other.closeWrite();
            Bytes.expect(other, 2, 100_000);
            reader.join();
            assertThat(pair.alice().connections(pair.bob())).hasSize(1);
        });
    }

    @Test
    void anInterruptedWriterEndsItsOwnWritingAndNothingElse() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            keepUnread(pair.bob());
            Stream stream = pair.alice().open(pair.bob(), MUTE);
            Stream other = pair.alice().open(pair.bob(), Echo.PROTOCOL);
            SimulatedTask writer = world.spawn("writer", () -> {
                assertThatThrownBy(() -> Bytes.write(stream, 1, 40_000_000)).isInstanceOf(InterruptedIOException.class);
                assertThat(Thread.interrupted()).isTrue();
                assertThatThrownBy(() -> stream.write(new byte[1])).isInstanceOf(Exception.class);
                stream.reset(0);
            });
            world.sleep(Duration.ofMillis(world.random().nextInt(1, 3000)));
            writer.interrupt();
            writer.join();
            Bytes.write(other, 2, 100_000);
            other.closeWrite();
            Bytes.expect(other, 2, 100_000);
            assertThat(pair.alice().connections(pair.bob())).hasSize(1);
        });
    }

    @Test
    void anInterruptedOpenLeavesTheConnectionAlive() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            pair.alice().connect(pair.bob());
            SimulatedTask opener = world.spawn("opener", () -> {
                try {
                    pair.alice()
                            .connections(pair.bob())
                            .getFirst()
                            .open(Deadline.NONE, Echo.PROTOCOL)
                            .close();
                } catch (InterruptedIOException e) {
                    assertThat(Thread.currentThread().isInterrupted()).isTrue();
                }
            });
            world.sleep(Duration.ofMillis(world.random().nextInt(0, 40)));
            opener.interrupt();
            opener.join();
            world.sleep(Duration.ofSeconds(1));
            assertThat(pair.alice().tally().openStreams()).isZero();
            assertThat(pair.bob().tally().openStreams()).isZero();
            pair.alice().ping(pair.bob());
            assertThat(pair.alice().connections(pair.bob())).hasSize(1);
        });
    }

    @Test
    void aReadEndsAtItsTimeoutAndTheStreamGoesOn() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            Stream stream = pair.alice().open(pair.bob(), Echo.PROTOCOL);
            stream.write(new byte[] {7});
            assertThat(stream.input().read()).isEqualTo(7);
            stream.readTimeout(Duration.ofSeconds(3));
            Duration waited = world.timed(() -> assertThatThrownBy(() -> stream.read(new byte[1], 0, 1))
                    .isInstanceOf(DeadlineExceededException.class));
            assertThat(waited).isBetween(Duration.ofSeconds(3), Duration.ofMillis(3_010));
            stream.write(new byte[] {8});
            assertThat(stream.input().read()).isEqualTo(8);
            stream.close();
        });
    }

    @Test
    void aWriteEndsAtItsTimeoutWhenThePeerDoesNotRead() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            keepUnread(pair.bob());
            Stream stream = pair.alice().open(pair.bob(), MUTE);
            stream.writeTimeout(Duration.ofSeconds(4));
            Duration waited = world.timed(() -> assertThatThrownBy(() -> Bytes.write(stream, 1, 40_000_000))
                    .isInstanceOf(DeadlineExceededException.class));
            assertThat(waited).isGreaterThanOrEqualTo(Duration.ofSeconds(4)).isLessThan(Duration.ofSeconds(30));
            pair.alice().ping(pair.bob());
            stream.reset(5);
        });
    }

    @Test
    void openingAndDialingEndAtTheirDeadlines() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            Connection connection = pair.alice().connect(pair.bob());
            pair.cut();
            Duration opening = world.timed(() -> assertThatThrownBy(() -> connection.open(
                            Deadline.after(pair.alice().environment(), Duration.ofMillis(700)), Echo.PROTOCOL))
                    .isInstanceOf(DeadlineExceededException.class));
            assertThat(opening).isBetween(Duration.ofMillis(700), Duration.ofMillis(710));
            connection.close(0, "test");
            world.sleep(Duration.ofSeconds(3));
            assertThat(pair.alice().host().connections()).isEmpty();
            DialOptions options = DialOptions.DEFAULT.withTimeout(Duration.ofMillis(900));
            Duration dialing = world.timed(() -> assertThatThrownBy(
                            () -> pair.alice().host().connect(pair.bob().address(), options))
                    .isInstanceOf(DeadlineExceededException.class));
            assertThat(dialing).isBetween(Duration.ofMillis(900), Duration.ofMillis(910));
            world.simulation().settle();
            assertThat(world.network().openConnections(pair.alice().environment()))
                    .isZero();
        });
    }

    @Test
    void peersThatBothStopReadingDoNotBlockTheConnection() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            world.network().socketBuffer(16_000);
            int size = 3_000_000;
            List<SimulatedTask> writers = new ArrayList<>();
            List<Stream> atBob = keepUnread(pair.bob());
            List<Stream> atAlice = keepUnread(pair.alice());
            for (int i = 0; i < 3; i++) {
                int number = i;
                writers.add(world.spawn("alice-" + i, () -> fill(pair.alice().open(pair.bob(), MUTE), number, size)));
                writers.add(world.spawn("bob-" + i, () -> fill(pair.bob().open(pair.alice(), MUTE), number, size)));
            }
            world.sleep(Duration.ofSeconds(30));
            assertThat(writers).noneMatch(SimulatedTask::isDone);
            assertThat(pair.alice().ping(pair.bob())).isLessThan(Duration.ofSeconds(1));
            assertThat(pair.bob().ping(pair.alice())).isLessThan(Duration.ofSeconds(1));
            List<Stream> all = new ArrayList<>(atBob);
            all.addAll(atAlice);
            assertThat(all).hasSize(6);
            List<SimulatedTask> readers = new ArrayList<>();
            for (Stream stream : all) {
                readers.add(world.spawn("reader", () -> {
                    int number = stream.input().read();
                    Bytes.expect(stream, number, size);
                    stream.close();
                }));
            }
            for (SimulatedTask task : readers) {
                task.join();
            }
            for (SimulatedTask task : writers) {
                task.join();
            }
        });
    }

    private static void fill(Stream stream, int number, int size) throws Exception {
        stream.write(new byte[] {(byte) number});
        Bytes.write(stream, number, size);
        stream.close();
    }

    @Test
    void whatWasWrittenBeforeCloseArrivesHoweverLateItIsRead() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            List<Stream> kept = keepUnread(pair.bob());
            int size = 1 + world.random().nextInt(200_000);
            Stream stream = pair.alice().open(pair.bob(), MUTE);
            Bytes.write(stream, 3, size);
            stream.close();
            world.sleep(Duration.ofMillis(world.random().nextInt(50_000)));
            Bytes.expect(kept.getFirst(), 3, size);
            kept.getFirst().close();
            world.sleep(Duration.ofSeconds(1));
            assertThat(pair.alice().tally().openStreams()).isZero();
            assertThat(pair.bob().tally().openStreams()).isZero();
        });
    }

    @Test
    void whatWasWrittenBeforeTheHostClosesArrives() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            List<Stream> kept = keepUnread(pair.bob());
            int size = 1 + world.random().nextInt(200_000);
            Stream stream = pair.alice().open(pair.bob(), MUTE);
            stream.write(new byte[] {1});
            world.sleep(Duration.ofSeconds(1));
            Bytes.write(stream, 4, size);
            stream.close();
            pair.alice().host().close();
            world.sleep(Duration.ofSeconds(3));
            assertThat(kept.getFirst().input().read()).isEqualTo(1);
            Bytes.expect(kept.getFirst(), 4, size);
            kept.getFirst().close();
        });
    }

    @Test
    void aResetReachesBothEndsWithItsCode() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            List<Stream> kept = keepUnread(pair.bob());
            Stream stream = pair.alice().open(pair.bob(), MUTE);
            stream.write(new byte[100]);
            world.sleep(Duration.ofSeconds(1));
            SimulatedTask blocked = world.spawn(
                    "blocked",
                    () -> assertThatThrownBy(() -> stream.read(new byte[1], 0, 1))
                            .isInstanceOfSatisfying(StreamResetException.class, e -> {
                                assertThat(e.code()).isEqualTo(77);
                                assertThat(e.isRemote()).isTrue();
                            }));
            world.sleep(Duration.ofMillis(5));
            kept.getFirst().reset(77);
            blocked.join();
            pair.alice().ping(pair.bob());
        });
    }

    @Test
    void aHandlerIsReplacedWithoutAMomentInWhichNoHandlerServes() {
        World.underManySeeds(world -> {
            Pair pair = Pair.in(world);
            String protocol = "/version/1.0.0";
            Registration[] current = {pair.bob().host().handle(protocol, stream -> stream.write(new byte[] {0}))};
            SimulatedTask replacing = world.spawn("replacing", () -> {
                for (int i = 1; i <= 100; i++) {
                    byte[] answer = {(byte) i};
                    Registration before = current[0];
                    current[0] = pair.bob().host().handle(protocol, stream -> stream.write(answer));
                    before.close(); // no longer the one that serves: harmless
                    world.sleep(Duration.ofMillis(3));
                }
            });
            int last = 0;
            while (!replacing.isDone()) {
                try (Stream stream = pair.alice().open(pair.bob(), protocol)) {
                    int answer = stream.input().read();
                    assertThat(answer).isBetween(last, 100);
                    last = answer;
                }
            }
            assertThat(last).isPositive();
            current[0].close();
            world.sleep(Duration.ofSeconds(1));
            assertThat(pair.bob().host().protocols()).doesNotContain(protocol);
        });
    }
}
