package libp2p.scenarios;

import static libp2p.scenarios.Stranger.HEADER;
import static libp2p.scenarios.Stranger.join;
import static libp2p.scenarios.Stranger.message;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.muxer.MuxedConnection;
import libp2p.muxers.yamux.Yamux;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Sixty-four ids at eight addresses of as many networks open streams of one protocol and say nothing on them. None has more than
 * its share, and together they take all that the protocol may have.
 */
class CrowdedProtocolTest {
    private static final int SEEDS = 2;
    private static final int ADDRESSES = 8;
    private static final int IDS = 8;
    private static final int STREAMS = 100;
    private static final int ROUNDS = 10;
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private static MuxedConnection hold(SimulatedEnvironment machine, TestNode bob) throws IOException {
        TcpChannel channel = machine.network().connectTcp(null, bob.socketAddress(), Deadline.NONE);
        MuxedConnection connection = Stranger.mux(machine, channel, new Yamux(Stranger.FRUGAL));
        for (int i = 0; i < STREAMS; i++) {
            try {
                Stranger.write(connection.openStream(Deadline.NONE), join(HEADER, message(Ping.PROTOCOL)));
            } catch (IOException refused) {
                assertThat(refused).isNotNull();
            }
        }
        return connection;
    }

    @Test
    void silentStreamsOfManyIdsLeaveAProtocolToOthers() {
        World.underSeeds(SEEDS, world -> {
            TestNode bob = world.node("bob");
            List<MuxedConnection> strangers = new ArrayList<>();
            for (int i = 0; i < ADDRESSES; i++) {
                SimulatedEnvironment machine = world.simulation().host("stranger-" + i, "9." + i + ".0.1");
                for (int j = 0; j < IDS; j++) {
                    strangers.add(hold(machine, bob));
                    world.sleep(Duration.ofMillis(100));
                }
            }
            int served = 0;
            for (int round = 0; round < ROUNDS; round++) {
                world.sleep(PAUSE);
                try {
                    world.node("newcomer-" + round).ping(bob);
                    served++;
                } catch (IOException refused) {
                    assertThat(refused).isNotNull();
                }
            }
            for (MuxedConnection stranger : strangers) {
                stranger.close(0, "done");
            }
            world.sleep(Duration.ofSeconds(5)); // the farewells of machines that are not closed
            assertThat(served).as("newcomers that were served").isEqualTo(ROUNDS);
        });
    }
}
