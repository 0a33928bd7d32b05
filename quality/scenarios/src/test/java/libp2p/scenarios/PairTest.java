package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import libp2p.core.connection.Connection;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Two hosts on a good network. */
class PairTest {
    @Test
    void connectIdentifyAndPing() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(Duration.ofMillis(20));
            Connection connection = alice.connect(bob);
            assertThat(connection.state().security()).isEqualTo("/noise");
            assertThat(connection.state().muxer()).isEqualTo("/yamux/1.0.0");
            assertThat(connection.state().earlyMuxer()).isTrue();
            alice.awaitIdentified();
            world.simulation()
                    .await("bob has a connection", () -> !bob.connections(alice).isEmpty());
            bob.awaitIdentified();
            assertThat(alice.ping(bob)).isBetween(Duration.ofMillis(40), Duration.ofMillis(200));
            assertThat(alice.host().peerstore().protocols(bob.id())).contains("/echo/1.0.0", "/ipfs/ping/1.0.0");
            assertThat(bob.host().peerstore().addresses(alice.id()))
                    .containsAll(alice.host().addresses());
        });
    }

    @Test
    void aMutualDialKeepsBothConnections() {
        World.underManySeeds(world -> {
            TestNode alice = world.node("alice");
            TestNode bob = world.node("bob");
            world.network().link(alice.environment(), bob.environment()).latency(Duration.ofMillis(50));
            world.together(() -> alice.connect(bob), () -> bob.connect(alice));
            world.sleep(Duration.ofMinutes(5));
            assertThat(alice.connections(bob)).hasSize(2);
            assertThat(bob.connections(alice)).hasSize(2);
            alice.awaitIdentified();
            bob.awaitIdentified();
            for (Connection connection : alice.connections(bob)) {
                assertThat(alice.hasIdentified(connection)).isTrue();
            }
            alice.ping(bob);
            bob.ping(alice);
        });
    }
}
