package libp2p.muxers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.muxers.support.TcpPlaintext;
import libp2p.muxers.yamux.Yamux;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;

/**
 * A few threads at each end that send small messages on streams of their own and wait for the echo of each, over one
 * connection that two event loops read. The muxer sends nothing by itself which could wake a forgotten thread: every
 * answer comes within a second, or not before an idle writer thread looks around.
 */
final class Chatter {
    private static final Duration PATIENCE = Duration.ofMillis(1_500);
    private static final Duration BURST = Duration.ofSeconds(2);
    private static final Duration NEVER = Duration.ofDays(1);
    private static final Duration PAUSE = Duration.ofMillis(20);
    /** Bytes that a stream too many begins with. */
    private static final int INTRUSION = 100;

    /** Bytes of a record in which no more than three streams begin. */
    private static final int SHORT = 36;

    /** The first byte of a stream that wants no echo. */
    private static final byte WHISPER = 0;

    private static final int HANDLED = 12;
    private static final MuxerLimits LIMITS = MuxerLimits.DEFAULT
            .withYamux(new MuxerLimits.Yamux(256, 16 << 20, 32, NEVER, NEVER))
            .withStreams(HANDLED, 1000)
            .withRefusals(new MuxerLimits.Refusals(256, 1, PAUSE));

    private Chatter() {}

    static void play(long seed) {
        Simulation.of(seed)
                .limitTime(Duration.ofMinutes(5))
                .limitTurns(2_000_000)
                .run(simulation -> new Scene(simulation).play());
    }

    private static final class Scene {
        private final Simulation simulation;
        private final RandomGenerator random;
        private final List<SimulatedTask> talkers = new ArrayList<>();
        private boolean narrow;
        /** Bytes that bob takes at a time. */
        private int received;

        private boolean closing;

        Scene(Simulation simulation) {
            this.simulation = simulation;
            this.random = simulation.random("chatter");
        }

        void play() throws Exception {
            SimulatedEnvironment alice = simulation.host("alice", "10.0.0.1");
            SimulatedEnvironment bob = simulation.host("bob", "10.0.0.2");
            simulation.network().link(alice, bob).latency(Duration.ofNanos(1_000L * (1 + random.nextInt(2_000))));
            narrow = random.nextBoolean();
            if (narrow) {
                simulation.network().socketBuffer(500 + random.nextInt(4_000));
            }
            InetSocketAddress address = new InetSocketAddress("10.0.0.2", 4001);
            TcpListener listener = bob.network().listenTcp(address, 1, false);
            TcpChannel client = alice.network().connectTcp(null, address, Deadline.NONE);
            TcpChannel server = listener.accept();
            listener.close();
            received = record();
            Yamux muxer = new Yamux(LIMITS);
            MuxedConnection left = muxer.mux(alice, new TcpPlaintext(client, record()), true, new TestScope());
            MuxedConnection right = muxer.mux(bob, new TcpPlaintext(server, received), false, new TestScope());
            boolean[] over = new boolean[2];
            left.onClose(() -> over[0] = true);
            right.onClose(() -> over[1] = true);
            serve(bob, right);
            serve(alice, left);
            for (int i = 2 + random.nextInt(4); i > 0; i--) {
                MuxedStream stream = (random.nextBoolean() ? left : right).openStream(Deadline.NONE);
                boolean whispers = random.nextInt(3) == 0;
                talkers.add(simulation.spawn("talker", () -> {
                    if (whispers) {
                        whisper(stream);
                    } else {
                        talk(stream);
                    }
                }));
            }
            if (random.nextInt(2) == 0) {
                talkers.add(simulation.spawn("intruder", () -> overrun(alice, left)));
            }
            for (SimulatedTask talker : talkers) {
                talker.join();
            }
            closing = true;
            left.close(0, "over");
            simulation.await("both ends are closed", () -> over[0] && over[1]);
            simulation.await(
                    "only this thread is left", () -> simulation.livingThreads().size() == 1);
        }

        private int record() {
            return switch (random.nextInt(3)) {
                case 0 -> 65_519;
                case 1 -> SHORT + random.nextInt(300);
                default -> SHORT - random.nextInt(16);
            };
        }

        private void serve(SimulatedEnvironment host, MuxedConnection end) {
            end.onStream(stream -> host.start("echo", () -> {
                try {
                    echo(stream);
                } catch (IOException e) {
                    assertThat(closing || e instanceof StreamResetException)
                            .as("%s", e)
                            .isTrue();
                }
            }));
        }

        private static void echo(MuxedStream stream) throws IOException {
            byte[] bytes = new byte[4_000];
            int count;
            boolean answers = true;
            while ((count = stream.read(bytes, 0, bytes.length)) >= 0) {
                answers &= bytes[0] != WHISPER;
                if (answers) {
                    stream.write(bytes, 0, count);
                }
            }
            stream.close();
        }

        private void talk(MuxedStream stream) throws Exception {
            stream.readTimeout(PATIENCE);
            stream.writeTimeout(PATIENCE);
            for (int round = 1 + random.nextInt(4); round > 0; round--) {
                exchange(stream, size());
                awaitBurst();
            }
            stream.closeWrite();
            assertThat(stream.read(new byte[1], 0, 1)).isEqualTo(-1);
            stream.close();
        }

        /** Says things that have no answer. */
        private void whisper(MuxedStream stream) throws Exception {
            for (int round = 1 + random.nextInt(3); round > 0; round--) {
                stream.write(new byte[] {WHISPER, WHISPER}, 0, 2);
                awaitBurst();
            }
            stream.close();
        }

        private int size() {
            int most = random.nextInt(4) > 0 ? 60 : narrow ? 3_000 : 40_000;
            return 1 + random.nextInt(most);
        }

        /**
         * All talk at the same time and then fall silent, so that no traffic wakes a thread that another has forgotten.
         */
        private void awaitBurst() throws InterruptedException {
            long period = BURST.toNanos();
            simulation.sleep(Duration.ofNanos(period - simulation.elapsed().toNanos() % period));
        }

        private static void exchange(MuxedStream stream, int size) throws IOException {
            byte[] sent = new byte[size];
            for (int i = 0; i < size; i++) {
                sent[i] = (byte) (WHISPER + 1 + (i * 31 + size) % 100);
            }
            stream.write(sent, 0, size);
            byte[] got = new byte[size];
            for (int done = 0; done < size; ) {
                int count = stream.read(got, done, size - done);
                assertThat(count).isPositive();
                done += count;
            }
            assertThat(got).isEqualTo(sent);
        }

        /** Opens more streams than the other end takes, which slows the connection but stops no other stream. */
        private void overrun(SimulatedEnvironment host, MuxedConnection end) throws Exception {
            long start = host.nanoTime();
            long last = start;
            int refusals = 0;
            byte[] intrusion = new byte[INTRUSION];
            Arrays.fill(intrusion, (byte) 1);
            List<MuxedStream> streams = new ArrayList<>();
            for (int i = 0; i < HANDLED + 6; i++) {
                MuxedStream stream = end.openStream(Deadline.after(host, PATIENCE));
                streams.add(stream);
                try {
                    stream.write(intrusion, 0, INTRUSION);
                } catch (StreamResetException refused) {
                    assertThat(refused.code()).isEqualTo(ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED);
                }
            }
            for (MuxedStream stream : streams) {
                stream.readTimeout(PATIENCE);
                try {
                    assertThat(stream.read(new byte[1], 0, 1)).isEqualTo(1);
                } catch (StreamResetException refused) {
                    assertThat(refused.isRemote()).isTrue();
                    refusals++;
                    last = host.nanoTime();
                } catch (ConnectionClosedException e) {
                    throw new AssertionError(e);
                }
                stream.reset(0);
            }
            if (received <= SHORT && refusals > 3) {
                assertThat(Duration.ofNanos(last - start))
                        .as("time for %s refusals", refusals)
                        .isGreaterThanOrEqualTo(PAUSE);
            }
        }
    }
}
