package libp2p.muxers.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import libp2p.contracts.muxer.TestScope;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.StreamPriority;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.environment.TcpListener;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.Muxer;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.simulator.Simulation;
import libp2p.streams.ChunkPool;

/**
 * Two ends, many streams, and on each of them four threads that write, read, wait, finish, reset, come late and are
 * interrupted as a seed likes. Every byte is checked, and every end against what the other side has done: the end of a
 * stream is seen only after it was finished, with all its bytes; a failure only if the walk has caused one. When all is
 * over no thread, no byte of memory and no chunk is left.
 */
public final class RandomWalk {
    /** One way of one stream, and what is known of it. */
    private static final class Way {
        final long seed;
        long written;
        boolean finished;

        Way(long seed) {
            this.seed = seed;
        }

        byte at(long index) {
            return (byte) ((index * 31 + seed) ^ (index >>> 8));
        }
    }

    private static final class Talk {
        final Way there;
        final Way back;
        /** An end has done what may end the stream badly, or has stopped listening. */
        boolean disturbed;

        Talk(long seed) {
            there = new Way(seed);
            back = new Way(~seed);
        }
    }

    private final Simulation simulation;
    private final RandomGenerator random;
    private final boolean flowControl;
    private final List<Talk> talks = new ArrayList<>();
    private final List<SimulatedTask> actors = new ArrayList<>();
    private boolean closing;

    private RandomWalk(Simulation simulation, boolean flowControl) {
        this.simulation = simulation;
        this.random = simulation.random("walk");
        this.flowControl = flowControl;
    }

    /** @param flowControl whether a slow reader holds the writer back; else its stream is reset */
    public static void run(long seed, Muxer muxer, ChunkPool pool, boolean flowControl) {
        Simulation.of(seed)
                .limitTime(Duration.ofHours(6))
                .run(simulation -> new RandomWalk(simulation, flowControl).run(muxer, pool));
    }

    private void run(Muxer muxer, ChunkPool pool) throws Exception {
        SimulatedEnvironment alice = simulation.host("alice", "10.0.0.1");
        SimulatedEnvironment bob = simulation.host("bob", "10.0.0.2");
        simulation
                .network()
                .link(alice, bob)
                .latency(Duration.ofMillis(random.nextInt(60)))
                .bandwidth(random.nextInt(3) == 0 ? 200_000 + random.nextInt(3_000_000) : 0);
        TestScope aliceMemory = new TestScope(scopeLimit());
        TestScope bobMemory = new TestScope(scopeLimit());
        InetSocketAddress address = new InetSocketAddress("10.0.0.2", 4001);
        TcpListener listener = bob.network().listenTcp(address, 1, false);
        TcpChannel client = alice.network().connectTcp(null, address, Deadline.NONE);
        TcpChannel server = listener.accept();
        listener.close();
        MuxedConnection left = muxer.mux(alice, new TcpPlaintext(client, record()), true, aliceMemory);
        MuxedConnection right = muxer.mux(bob, new TcpPlaintext(server, record()), false, bobMemory);
        boolean[] over = new boolean[2];
        left.onClose(() -> over[0] = true);
        right.onClose(() -> over[1] = true);
        for (MuxedConnection end : List.of(left, right)) {
            simulation.spawn("acceptor", () -> accept(end));
        }
        for (int i = 2 + random.nextInt(12); i > 0; i--) {
            MuxedConnection end = random.nextBoolean() ? left : right;
            Talk talk = new Talk(talks.size());
            talks.add(talk);
            actors.add(simulation.spawn("opener", () -> open(end, talk)));
        }
        disturb(random.nextInt(5) == 0 ? left : null);
        for (int i = 0; i < actors.size(); i++) {
            actors.get(i).join(); // the list grows while streams are accepted
        }
        closing = true;
        (random.nextBoolean() ? left : right).close(0, "over");
        simulation.await("both ends are closed", () -> over[0] && over[1]);
        simulation.await(
                "only this thread is left", () -> simulation.livingThreads().size() == 1);
        assertThat(aliceMemory.used()).isZero();
        assertThat(bobMemory.used()).isZero();
        assertThat(pool.lent()).isZero();
    }

    private long scopeLimit() {
        return random.nextInt(3) == 0 ? 8 << 20 : Long.MAX_VALUE;
    }

    private int record() {
        return random.nextBoolean() ? 65519 : 1 + random.nextInt(20_000);
    }

    /** Interrupts threads, and may close the connection in the middle. */
    private void disturb(MuxedConnection victim) throws InterruptedException {
        for (int i = random.nextInt(30); i > 0; i--) {
            simulation.sleep(Duration.ofMillis(random.nextInt(300)));
            actors.get(random.nextInt(actors.size())).interrupt();
        }
        if (victim != null) {
            closing = true;
            victim.close(0x1005, "in the middle");
        }
    }

    private void accept(MuxedConnection end) throws IOException {
        try {
            while (true) {
                MuxedStream stream = end.acceptStream();
                actors.add(simulation.spawn("greeter", () -> greet(stream)));
            }
        } catch (ConnectionClosedException e) {
            assertThat(closing).isTrue();
        }
    }

    private void open(MuxedConnection end, Talk talk) throws Exception {
        try {
            pause();
            MuxedStream stream = end.openStream(Deadline.NONE);
            stream.priority(StreamPriority.values()[random.nextInt(3)]);
            try {
                stream.write(new byte[] {(byte) talks.indexOf(talk)}, 0, 1);
            } catch (InterruptedIOException e) {
                Thread.interrupted();
                talk.disturbed = true;
                stream.reset(1);
                return;
            }
            converse(stream, talk, talk.there, talk.back);
        } catch (ConnectionClosedException e) {
            assertThat(closing).isTrue();
        } catch (StreamResetException e) {
            assertThat(isExpected(talk, e)).as("reset %s", e).isTrue();
        } catch (InterruptedException | InterruptedIOException e) {
            Thread.interrupted();
            talk.disturbed = true;
        } catch (libp2p.core.resource.LimitExceededException e) {
            assertThat(e.limit()).isEqualTo("memory");
        }
    }

    private void greet(MuxedStream stream) throws Exception {
        byte[] index = new byte[1];
        while (true) {
            try {
                if (stream.read(index, 0, 1) < 0) {
                    stream.close();
                    return;
                }
                break;
            } catch (DeadlineExceededException e) {
                throw e;
            } catch (InterruptedIOException e) {
                Thread.interrupted();
            } catch (StreamResetException | ConnectionClosedException e) {
                return; // the opener knows whether it should be so
            }
        }
        Talk talk = talks.get(index[0]);
        converse(stream, talk, talk.back, talk.there);
    }

    private boolean isExpected(Talk talk, StreamResetException e) {
        boolean refused = e.code() == ErrorCode.STREAM_RESOURCE_LIMIT_EXCEEDED; // for want of memory
        return talk.disturbed || refused || !flowControl;
    }

    private void converse(MuxedStream stream, Talk talk, Way out, Way in) throws Exception {
        SimulatedTask reader = simulation.spawn("reader", () -> read(stream, talk, in));
        actors.add(reader);
        write(stream, talk, out);
        while (true) {
            try {
                reader.join();
                break;
            } catch (InterruptedException e) {
                // it was meant for a thread that works
            }
        }
        stream.close();
    }

    private void pause() throws InterruptedException {
        if (random.nextInt(4) == 0) {
            simulation.sleep(Duration.ofMillis(random.nextInt(100)));
        }
    }

    private int size() {
        return switch (random.nextInt(4)) {
            case 0 -> 1 + random.nextInt(10);
            case 1 -> 1 + random.nextInt(3_000);
            case 2 -> 1 + random.nextInt(40_000);
            default -> 1 + random.nextInt(300_000);
        };
    }

    private void write(MuxedStream stream, Talk talk, Way way) {
        boolean late = random.nextInt(6) == 0;
        try {
            if (late) {
                stream.writeTimeout(Duration.ofMillis(1 + random.nextInt(500)));
            }
            for (int i = random.nextInt(20); i > 0; i--) {
                ByteBuffer bytes =
                        random.nextBoolean() ? ByteBuffer.allocate(size()) : ByteBuffer.allocateDirect(size());
                while (bytes.hasRemaining()) {
                    bytes.put(way.at(way.written + bytes.position()));
                }
                stream.write(bytes.flip());
                way.written += bytes.limit();
                pause();
            }
            switch (random.nextInt(8)) {
                case 0 -> {
                    talk.disturbed = true;
                    stream.reset(random.nextInt(10_000));
                }
                case 1 -> {
                    talk.disturbed = true;
                    way.finished = true;
                    stream.close();
                }
                default -> {
                    way.finished = true;
                    stream.closeWrite();
                }
            }
        } catch (StreamResetException e) {
            assertThat(isExpected(talk, e)).as("reset %s", e).isTrue();
        } catch (ConnectionClosedException e) {
            assertThat(closing).isTrue();
        } catch (ClosedChannelException e) {
            assertThat(talk.disturbed).isTrue();
        } catch (InterruptedIOException e) {
            assertThat(late || !(e instanceof DeadlineExceededException)).isTrue();
            Thread.interrupted();
            talk.disturbed = true;
            stream.close(); // which must not pass for an orderly end
        } catch (InterruptedException e) {
            talk.disturbed = true;
            stream.reset(2);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void read(MuxedStream stream, Talk talk, Way way) throws InterruptedException {
        int patience = random.nextInt(3) == 0 ? random.nextInt(30) : Integer.MAX_VALUE;
        boolean slow = random.nextInt(4) == 0;
        long got = 0;
        while (true) {
            try {
                if (slow) {
                    simulation.sleep(Duration.ofMillis(random.nextInt(200)));
                }
                if (patience-- == 0) {
                    talk.disturbed = true;
                    stream.closeRead(3);
                }
                if (random.nextInt(10) == 0) {
                    stream.readTimeout(Duration.ofMillis(random.nextInt(200)));
                }
                ByteBuffer bytes = ByteBuffer.allocate(size());
                int count = stream.read(bytes);
                if (count < 0) {
                    assertThat(way.finished)
                            .as("the end of an unfinished stream")
                            .isTrue();
                    assertThat(got).as("bytes before the end").isEqualTo(way.written);
                    return;
                }
                assertThat(count).isEqualTo(bytes.position()).isPositive();
                for (int i = 0; i < count; i++) {
                    if (bytes.get(i) != way.at(got + i)) {
                        throw new AssertionError("wrong byte at " + (got + i));
                    }
                }
                got += count;
            } catch (InterruptedException | InterruptedIOException e) {
                Thread.interrupted();
            } catch (StreamResetException e) {
                assertThat(isExpected(talk, e)).as("reset %s", e).isTrue();
                return;
            } catch (ClosedChannelException e) {
                assertThat(talk.disturbed).isTrue();
                return;
            } catch (ConnectionClosedException e) {
                assertThat(closing).isTrue();
                return;
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }
}
