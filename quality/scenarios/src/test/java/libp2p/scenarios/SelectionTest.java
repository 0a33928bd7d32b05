package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import libp2p.core.connection.DialException;
import libp2p.core.connection.Stream;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.core.peer.Peerstore.Source;
import libp2p.protocols.echo.Echo;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Choosing among peers that offer the same, and leaving alone those that fail, between whole hosts. */
class SelectionTest {
    private static final int SEEDS = 5;
    private static final DialOptions HASTY = DialOptions.DEFAULT.withTimeout(Duration.ofSeconds(10));

    /** Three servers: near, 50 ms away, 400 ms away. */
    private static List<TestNode> servers(World world, TestNode client) throws IOException {
        List<TestNode> servers = new ArrayList<>();
        for (int latency : new int[] {1, 50, 400}) {
            TestNode server = world.node("server-" + latency);
            world.network().link(client.environment(), server.environment()).latency(Duration.ofMillis(latency));
            servers.add(server);
            know(client, server);
        }
        return servers;
    }

    private static void know(TestNode client, TestNode server) {
        client.host()
                .peerstore()
                .addAddresses(server.id(), server.host().addresses(), Source.USER, Peerstore.PERMANENT);
    }

    private static List<PeerId> ids(List<TestNode> nodes) {
        return nodes.stream().map(TestNode::id).toList();
    }

    private static PeerId served(TestNode client, List<PeerId> peers, int attempts) throws IOException {
        try (Stream stream = client.host().openAny(peers, attempts, HASTY, Echo.PROTOCOL)) {
            return stream.connection().remotePeer();
        }
    }

    @Test
    void thePeerThatAnswersFastestIsAskedFirst() {
        World.underSeeds(SEEDS, world -> {
            TestNode client = world.node("client");
            List<TestNode> servers = servers(world, client);
            for (TestNode server : servers) {
                client.ping(server);
            }
            List<PeerId> slowestFirst = ids(servers).reversed();
            assertThat(client.host().selector().top(3, slowestFirst)).isEqualTo(ids(servers));
            assertThat(served(client, slowestFirst, 1))
                    .isEqualTo(servers.getFirst().id());
            world.network()
                    .link(client.environment(), servers.getFirst().environment())
                    .latency(Duration.ofSeconds(2));
            for (int i = 0; i < 3; i++) {
                client.ping(servers.getFirst());
            }
            assertThat(client.host().selector().best(slowestFirst))
                    .as("it has become slow")
                    .isEqualTo(servers.get(1).id());
        });
    }

    @Test
    void whenTheBestFailsTheNextIsAskedAndTheOneThatFailedFallsBehind() {
        World.underSeeds(SEEDS, world -> {
            TestNode client = world.node("client");
            List<TestNode> servers = servers(world, client);
            for (TestNode server : servers) {
                client.ping(server);
            }
            TestNode best = servers.getFirst();
            best.host().close();
            world.sleep(Duration.ofSeconds(1));
            assertThat(served(client, ids(servers), 3)).isEqualTo(servers.get(1).id());
            assertThatThrownBy(() -> served(client, List.of(best.id()), 1)).isInstanceOf(DialException.class);
            double before = client.host().selector().weight(best.id());
            world.sleep(Duration.ofMinutes(5));
            assertThatThrownBy(() -> served(client, List.of(best.id()), 1)).isInstanceOf(DialException.class);
            assertThat(client.host().selector().weight(best.id())).isLessThan(before);
        });
    }

    @Test
    void whenAllFailTheLastCauseIsThrownWithTheOthersInIt() {
        World.underSeeds(SEEDS, world -> {
            TestNode client = world.node("client");
            List<TestNode> servers = servers(world, client);
            for (TestNode server : servers) {
                server.host().close();
            }
            assertThatThrownBy(() -> served(client, ids(servers), 2))
                    .isInstanceOfSatisfying(DialException.class, last -> {
                        assertThat(last.peer()).isEqualTo(servers.get(1).id());
                        assertThat(last.getSuppressed())
                                .anySatisfy(first -> assertThat(first)
                                        .isInstanceOfSatisfying(
                                                DialException.class,
                                                e -> assertThat(e.peer())
                                                        .isEqualTo(servers.getFirst()
                                                                .id())));
                    });
            assertThatThrownBy(() -> served(client, List.of(), 2)).isInstanceOf(IllegalArgumentException.class);
        });
    }

    @Test
    void drawsSpreadTheLoadByWeight() {
        World.underSeeds(1, world -> {
            TestNode client = world.node("client");
            List<TestNode> servers = servers(world, client);
            for (TestNode server : servers) {
                for (int i = 0; i < 20; i++) {
                    client.ping(server);
                }
            }
            Map<PeerId, Integer> drawn = new HashMap<>();
            for (int i = 0; i < 3000; i++) {
                drawn.merge(client.host().selector().draw(ids(servers)), 1, Integer::sum);
            }
            // 1/(1+0.002) : 1/(1+0.1) : 1/(1+0.8), about 1 : 0.91 : 0.56
            assertThat(drawn.get(servers.get(0).id())).isBetween(1100, 1330);
            assertThat(drawn.get(servers.get(1).id())).isBetween(990, 1220);
            assertThat(drawn.get(servers.get(2).id()))
                    .isBetween(540, 800); // what jitter adds to the measured times counts too
        });
    }

    /** The numbers of the first design: five failures, thirty seconds, then one may try. */
    @Test
    void aPeerThatFailsFiveTimesIsLeftAloneForThirtySecondsWhileOthersAreServed() {
        World.underSeeds(SEEDS, world -> {
            TestNode client = world.node("client");
            List<TestNode> servers = servers(world, client);
            TestNode broken = servers.getFirst();
            PeerAddress address = PeerAddress.of(broken.id());
            world.network().link(client.environment(), broken.environment()).cut();
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> client.host().connect(address))
                        .isInstanceOf(IOException.class)
                        .hasMessageNotContaining("in a row");
                if (i < 4) {
                    world.sleep(Duration.ofMinutes(1)); // the back-off of the address
                }
            }
            int dials = client.tally().dials();
            assertThatThrownBy(() -> client.host().connect(address)).hasMessageContaining("failed 5 times in a row");
            assertThat(served(client, ids(servers.subList(1, 3)), 1))
                    .isEqualTo(servers.get(1).id());
            world.sleep(Duration.ofSeconds(28));
            assertThatThrownBy(() -> client.host().connect(address)).hasMessageContaining("in a row");
            assertThat(client.tally().dials()).as("only the other was dialed").isEqualTo(dials + 1);
            world.network().link(client.environment(), broken.environment()).heal();
            world.sleep(Duration.ofSeconds(30)); // of the back-off too
            client.host().connect(address);
            assertThat(client.connections(broken)).hasSize(1);
        });
    }
}
