package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import libp2p.core.connection.Stream;
import libp2p.core.host.PeerAddress;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/**
 * Two hosts that meet, part and meet again, while each changes what it speaks; one has two ports, which answer so
 * slowly that a dial tries both. Besides what the world checks in the end, one dial
 * leaves one connection.
 */
class ReunionTest {
    private static final int SEEDS = 20;
    private static final Duration LATENCY = Duration.ofMillis(130);

    @Test
    void oneDialLeavesOneConnectionAndNothingOutlivesIt() {
        World.underSeeds(SEEDS, world -> {
            TestNode alice = world.node("alice");
            SimulatedEnvironment two = world.simulation().host("bob", "10.0.0.200");
            TestNode bob = world.node(two, builder -> {}, "/ip4/10.0.0.200/tcp/4001", "/ip4/10.0.0.200/tcp/4002");
            world.network().link(alice.environment(), two).latency(LATENCY);
            PeerAddress both = PeerAddress.of(bob.id(), bob.host().addresses());
            for (int meeting = 0; meeting < 3; meeting++) {
                String name = "/late/" + meeting;
                world.together(() -> alice.host().connect(both), () -> {
                    for (int i = 0; i < 2; i++) {
                        world.sleep(Duration.ofMillis(world.random().nextInt(0, 1_000)));
                        TestNode changing = world.random().nextBoolean() ? alice : bob;
                        changing.host().handle(name + "/" + i, Stream::close);
                    }
                });
                world.sleep(Duration.ofSeconds(4));
                assertThat(alice.host().connections(bob.id()))
                        .as("connections of one dial")
                        .hasSize(1);
                if (meeting < 2) {
                    alice.host().connections(bob.id()).getFirst().close(0, "see you");
                    world.sleep(Duration.ofSeconds(1));
                }
            }
        });
    }
}
