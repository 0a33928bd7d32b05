package libp2p.scenarios;

import static libp2p.scenarios.Stranger.HEADER;
import static libp2p.scenarios.Stranger.join;
import static libp2p.scenarios.Stranger.message;
import static libp2p.scenarios.Stranger.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import libp2p.core.connection.StreamResetException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.muxer.MuxedConnection;
import libp2p.core.muxer.MuxedStream;
import libp2p.muxers.yamux.Yamux;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingSession;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * A stranger that pings and pings and never takes an answer. The reader of the connection answers pings, but does not
 * wait with one: the other streams of the same connection go on, and the stream ends when an answer was not taken for
 * so long.
 */
class DeafPingerTest {
    private static final int SEEDS = 2;

    private static void negotiatePing(MuxedStream stream) throws Exception {
        write(stream, join(HEADER, message(Ping.PROTOCOL)));
    }

    private static void pingUntilRefused(MuxedStream deaf) throws Exception {
        byte[] pings = new byte[32 * 1024];
        while (true) {
            write(deaf, pings);
        }
    }

    /** Sends a ping and takes its answer, behind so many other bytes. */
    private static void pingOnce(MuxedStream stream, int skipped) throws Exception {
        byte[] ping = new byte[32];
        write(stream, ping);
        byte[] answer = new byte[skipped + ping.length];
        for (int read = 0; read < answer.length; ) {
            int count = stream.read(answer, read, answer.length - read);
            assertThat(count).isPositive();
            read += count;
        }
    }

    @Test
    void isResetAndHoldsUpNoOther() {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = world.node("alice", builder -> {});
            TestNode bob = world.node("bob", builder -> {});
            SimulatedEnvironment machine = world.machine("stranger");
            try (PingSession honest = Ping.session(alice.host(), bob.address());
                    TcpChannel channel = machine.network().connectTcp(null, bob.socketAddress(), Deadline.NONE)) {
                MuxedConnection muxed = Stranger.mux(machine, channel, new Yamux());
                MuxedStream deaf = muxed.openStream(Deadline.NONE);
                negotiatePing(deaf);
                MuxedStream good = muxed.openStream(Deadline.NONE);
                negotiatePing(good);
                pingOnce(good, join(HEADER, message(Ping.PROTOCOL)).length);
                int streams = bob.tally().openStreams();
                var attack = world.spawn(
                        "deaf",
                        () -> assertThatThrownBy(() -> pingUntilRefused(deaf))
                                .isInstanceOf(StreamResetException.class));
                for (int i = 0; i < 100; i++) {
                    long start = machine.nanoTime();
                    pingOnce(good, 0);
                    assertThat(Duration.ofNanos(machine.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
                    assertThat(honest.ping()).isLessThan(Duration.ofSeconds(1));
                    world.sleep(Duration.ofMillis(150));
                }
                attack.join();
                assertThat(bob.tally().openStreams()).isEqualTo(streams - 1);
                muxed.close(0, "done");
            }
        });
    }
}
