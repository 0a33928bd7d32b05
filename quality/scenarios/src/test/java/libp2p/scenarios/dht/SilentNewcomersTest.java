package libp2p.scenarios.dht;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import libp2p.HostBuilder;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Peers that say they are servers of the DHT and answer nothing. */
class SilentNewcomersTest {
    private static final String PROTOCOL = "/test/kad/1.0.0";
    private static final int STRANGERS = 64;
    private static final int HONEST = 5;

    private static TestNode node(World world, String name, String ip, Consumer<HostBuilder> settings)
            throws IOException {
        return world.node(world.simulation().host(name, ip), settings, World.address(ip));
    }

    private static Kad kad() {
        return Kad.server().withPrefix("/test").withoutLocal();
    }

    @Test
    void thoseThatNeverAnswerKeepNoHonestNewcomerOutOfTheTable() {
        World.underSeeds(1, world -> {
            TestNode server = node(world, "server", "91.200.0.1", builder -> builder.with(kad()));
            List<TestNode> strangers = new ArrayList<>();
            for (int i = 0; i < STRANGERS; i++) {
                TestNode stranger = node(world, "stranger-" + i, "62.1.0." + (i + 1), builder -> {});
                stranger.host().handle(PROTOCOL, stream -> {
                    while (stream.input().read() >= 0) {
                        // no answer
                    }
                });
                strangers.add(stranger);
            }
            for (TestNode stranger : strangers) {
                stranger.connect(server);
            }
            world.sleep(Duration.ofSeconds(1));
            List<TestNode> honest = new ArrayList<>();
            for (int i = 0; i < HONEST; i++) {
                TestNode node = node(world, "honest-" + i, "9" + i + ".7.0.1", builder -> builder.with(kad()));
                node.connect(server);
                honest.add(node);
            }
            world.sleep(Duration.ofMinutes(3));
            List<?> table = server.host().find(Dht.class).orElseThrow().tablePeers();
            long inside =
                    honest.stream().filter(node -> table.contains(node.id())).count();
            assertThat(inside).isEqualTo(HONEST);
        });
    }
}
