package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import libp2p.core.connection.Stream;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Streams that are opened and never negotiated, by as many ids as eight machines of one network may connect. */
class NegotiationCrowdTest {
    private static final int MACHINES = 8;
    private static final int IDS = 8;
    private static final int STREAMS = 6;
    private static final int HONEST = 10;

    @Test
    void streamsOfManyIdsThatAreNeverNegotiatedLeaveRoomForThoseOfOthers() {
        World.underSeeds(1, world -> {
            TestNode node =
                    world.node(world.simulation().host("node", "8.8.0.1"), builder -> {}, "/ip4/8.8.0.1/tcp/4001");
            TestNode honest =
                    world.node(world.simulation().host("honest", "8.5.0.1"), builder -> {}, "/ip4/8.5.0.1/tcp/4001");
            honest.connect(node);
            world.sleep(Duration.ofSeconds(1));
            for (int machine = 1; machine <= MACHINES; machine++) {
                String ip = "8.7.0." + machine;
                SimulatedEnvironment place = world.simulation().host("silent" + machine, ip);
                for (int id = 0; id < IDS; id++) {
                    TestNode silent = world.node(place, builder -> {}, "/ip4/" + ip + "/tcp/" + (5000 + id));
                    for (int i = 0; i < STREAMS; i++) {
                        opens(silent, node);
                    }
                }
            }
            int answered = 0;
            for (int i = 0; i < HONEST; i++) {
                try (Stream echo = honest.open(node, "/echo/1.0.0")) {
                    echo.write(new byte[1]);
                    echo.closeWrite();
                    answered += echo.input().readAllBytes().length;
                } catch (IOException refused) {
                    // counts as no answer
                }
            }
            assertThat(answered).as("of %s honest streams", HONEST).isEqualTo(HONEST);
        });
    }

    /** A stream to a protocol that the peer is known to have says nothing before its first byte. */
    private static void opens(TestNode silent, TestNode node) {
        try {
            Stream _ = silent.open(node, "/echo/1.0.0");
        } catch (IOException full) {
            // as is to be
        }
    }
}
