package libp2p.scenarios;

import static libp2p.scenarios.Stranger.HEADER;
import static libp2p.scenarios.Stranger.join;
import static libp2p.scenarios.Stranger.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.identity.Identity;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.LimitExceededException;
import libp2p.muxers.mplex.Mplex;
import libp2p.muxers.yamux.Yamux;
import libp2p.protocols.echo.Echo;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.SimulatedTask;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A stranger opens as many streams as it can and does the worst with them, while an honest peer works beside it. The
 * heap is so small that what is not bounded fails.
 */
@Tag("small-heap")
class HostileStreamsTest {
    private static final int SEEDS = 2;
    private static final String SILENT = "/silent/1";
    private static final int ROUNDS = 60;
    private static final int ECHOED = 30_000;

    private interface Attack {
        void on(TestNode bob, MuxedConnection connection) throws Exception;
    }

    /** The honest peer opens a stream for each of its rounds, so that it needs what the stranger wants to use up. */
    private static void underAttack(Muxer muxer, Attack attack) {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = world.nodeOnASmallHeap("alice", host -> {});
            TestNode bob = world.nodeOnASmallHeap("bob", host -> host.muxers("yamux", "mplex"));
            bob.host().handle(SILENT, stream -> world.sleep(Duration.ofSeconds(30)));
            SimulatedTask honest = world.spawn("honest", () -> {
                for (int round = 0; round < ROUNDS; round++) {
                    try (Stream stream = alice.open(bob, Echo.PROTOCOL)) {
                        Bytes.write(stream, round, ECHOED);
                        stream.closeWrite();
                        Bytes.expect(stream, round, ECHOED);
                    }
                    world.sleep(Duration.ofMillis(500));
                }
            });
            world.sleep(Duration.ofSeconds(1));
            SimulatedEnvironment machine = world.machine("stranger");
            TcpChannel channel = machine.network().connectTcp(null, bob.socketAddress(), Deadline.NONE);
            MuxedConnection connection = Stranger.mux(machine, channel, muxer);
            try {
                attack.on(bob, connection);
                honest.join();
                assertThat(alice.tally().connectionsOpened()).isEqualTo(1);
            } finally {
                connection.close(0, "done");
                world.sleep(Duration.ofSeconds(
                        5)); // the stranger's machine is not closed: its reader needs the farewell's time
            }
        });
    }

    /** Opens up to so many streams and begins each with these bytes; returns those that were opened. */
    private static List<MuxedStream> open(MuxedConnection connection, int count, byte[] beginning) throws IOException {
        List<MuxedStream> streams = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            MuxedStream stream = connection.openStream(Deadline.NONE);
            streams.add(stream);
            try {
                Stranger.write(stream, beginning);
            } catch (IOException refused) {
                assertThat(connection.closeReason()).isNull();
            }
        }
        return streams;
    }

    /** Reads until the other side has ended the stream, by whatever means. */
    private static void awaitEnd(MuxedStream stream) {
        ByteBuffer ignored = ByteBuffer.allocate(1000);
        try {
            while (stream.read(ignored) >= 0) {
                ignored.clear();
            }
        } catch (IOException ended) {
            assertThat(ended.getMessage()).isNotEmpty();
        }
    }

    private static void requireRefusals(TestNode bob) {
        assertThat(bob.tally().refusals())
                .allSatisfy(refusal -> assertThat(refusal).isInstanceOf(LimitExceededException.class));
    }

    @Test
    void streamsThatAreNeverNegotiatedEndInTime() {
        for (Muxer muxer : List.of(new Yamux(Stranger.FRUGAL), new Mplex(Stranger.FRUGAL))) {
            underAttack(muxer, (bob, connection) -> {
                for (MuxedStream stream : open(connection, 500, new byte[0])) {
                    awaitEnd(stream);
                }
                requireRefusals(bob);
            });
        }
    }

    @Test
    void streamsThatAreHalfNegotiatedEndInTime() {
        underAttack(new Yamux(Stranger.FRUGAL), (bob, connection) -> {
            for (MuxedStream stream : open(connection, 500, HEADER)) {
                awaitEnd(stream);
            }
            requireRefusals(bob);
        });
    }

    /** A small host has 128 streams in negotiation; one peer gets 96 of them, over however many connections. */
    @Test
    void streamsThatAreNeverNegotiatedLeaveRoomForThoseOfOthers() {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob", ResourceLimits.scaled(0, 1024), host -> {});
            SimulatedEnvironment machine = world.machine("stranger");
            Identity stranger = Identity.generate(machine);
            List<MuxedConnection> connections = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                TcpChannel channel = machine.network().connectTcp(null, bob.socketAddress(), Deadline.NONE);
                connections.add(Stranger.mux(machine, channel, new Yamux(Stranger.FRUGAL), stranger));
                open(connections.get(i), 100, new byte[0]);
            }
            try (Stream stream = alice.open(bob, Echo.PROTOCOL)) {
                Bytes.write(stream, 1, ECHOED);
                stream.closeWrite();
                Bytes.expect(stream, 1, ECHOED);
            }
            assertThat(bob.tally().refusals())
                    .hasSize(200 - 96)
                    .allSatisfy(refusal -> assertThat(refusal)
                            .hasMessage("limit exceeded: streamsInbound of transient.peer:" + stranger.peerId()
                                    + " would be 97, at most 96"));
            for (MuxedConnection connection : connections) {
                connection.close(0, "done");
            }
        });
    }

    /** Each stream is worth its window: what fits into the memory of a connection is kept, the rest is refused. */
    @Test
    void streamsThatAreFilledAndNotReadStayWithinTheMemoryOfTheirConnection() {
        byte[] window = new byte[200_000];
        for (Muxer muxer : List.of(new Yamux(Stranger.FRUGAL), new Mplex(Stranger.FRUGAL))) {
            underAttack(muxer, (bob, connection) -> {
                byte[] beginning = join(HEADER, message(SILENT));
                for (MuxedStream stream : open(connection, 300, beginning)) {
                    try {
                        stream.writeTimeout(Duration.ofSeconds(2));
                        Stranger.write(stream, window);
                    } catch (IOException refusedOrFull) {
                        assertThat(refusedOrFull.getMessage()).isNotEmpty();
                    }
                }
                assertThat(bob.tally().openStreams()).isBetween(10, 100);
                requireRefusals(bob);
            });
        }
    }

    /** The echoes are not read: what bob cannot send is bounded too. */
    @Test
    void answersThatAreNotReadStayWithinTheMemoryOfTheirConnection() {
        underAttack(new Yamux(Stranger.FRUGAL), (bob, connection) -> {
            byte[] much = new byte[200_000];
            List<MuxedStream> streams = open(connection, 300, join(HEADER, message(Echo.PROTOCOL)));
            for (MuxedStream stream : streams) {
                try {
                    stream.writeTimeout(Duration.ofSeconds(2));
                    Stranger.write(stream, much);
                    Stranger.write(stream, much);
                } catch (IOException refusedOrFull) {
                    assertThat(refusedOrFull.getMessage()).isNotEmpty();
                }
            }
            assertThat(bob.tally().openStreams()).isBetween(10, 100);
        });
    }

    @Test
    void streamsThatAreOpenedAndResetForEverLeaveNothing() {
        underAttack(new Yamux(Stranger.FRUGAL), (bob, connection) -> {
            byte[] beginning = join(HEADER, message(Echo.PROTOCOL), new byte[100]);
            for (int i = 0; i < 5_000; i++) {
                MuxedStream stream = connection.openStream(Deadline.NONE);
                Stranger.write(stream, beginning);
                stream.reset(i);
            }
            MuxedStream last = connection.openStream(Deadline.NONE);
            Stranger.write(last, join(HEADER, message(Echo.PROTOCOL)));
            ByteBuffer answer = ByteBuffer.allocate(1);
            assertThat(last.read(answer)).isEqualTo(1);
        });
    }
}
