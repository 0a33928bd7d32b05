package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.Identity;
import libp2p.discovery.bootstrap.Bootstrap;
import libp2p.discovery.bootstrap.BootstrapLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** How a host finds its first peers, and more when it has too few. */
class BootstrapTest {
    private static final Duration FIRST_LOOK = Duration.ofSeconds(2);
    private static final Duration NEXT_LOOK = Duration.ofSeconds(35);

    private static List<TestNode> servers(World world, int count) throws Exception {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(world.node("server-" + i));
        }
        return servers;
    }

    private static List<PeerAddress> addresses(List<TestNode> servers) {
        return new ArrayList<>(servers.stream().map(TestNode::address).toList());
    }

    private static TestNode client(World world, List<PeerAddress> named) throws Exception {
        return world.node("client", builder -> builder.with(new Bootstrap(named, BootstrapLimits.DEFAULT)));
    }

    private static int connected(TestNode client) {
        return client.host().connections().size();
    }

    @Test
    void aHostConnectsToAsManyNamedPeersAsItNeedsAndToNoMore() {
        World.underManySeeds(world -> {
            TestNode client = client(world, addresses(servers(world, 7)));
            world.sleep(FIRST_LOOK);
            assertThat(connected(client)).isEqualTo(4);
            world.sleep(NEXT_LOOK.multipliedBy(3));
            assertThat(connected(client)).isEqualTo(4);
            assertThat(client.tally().dials()).isEqualTo(4);
        });
    }

    @Test
    void lostPeersAreReplacedAtTheNextLook() {
        World.underManySeeds(world -> {
            List<TestNode> servers = servers(world, 7);
            TestNode client = client(world, addresses(servers));
            world.sleep(FIRST_LOOK);
            for (TestNode server : servers) {
                if (!client.connections(server).isEmpty() && connected(client) > 2) {
                    server.host().close();
                    world.sleep(Duration.ofSeconds(1));
                }
            }
            assertThat(connected(client)).isEqualTo(2);
            world.sleep(NEXT_LOOK);
            assertThat(connected(client)).isEqualTo(4);
        });
    }

    @Test
    void peersThatDoNotAnswerHoldUpNoOther() {
        World.underManySeeds(world -> {
            List<PeerAddress> named = addresses(servers(world, 4));
            for (int i = 0; i < 6; i++) {
                String address =
                        world.machine("silent-" + i).addresses().getFirst().getHostAddress();
                named.add(PeerAddress.of(
                        Identity.generate(world.machine("key-" + i)).peerId(),
                        List.of(Multiaddr.parse("/ip4/" + address + "/tcp/4001"))));
            }
            TestNode client = client(world, named);
            world.sleep(NEXT_LOOK);
            assertThat(connected(client)).isEqualTo(4);
        });
    }

    @Test
    void rememberedPeersHelpWhenTheNamedOnesAreGone() {
        World.underManySeeds(world -> {
            List<TestNode> servers = servers(world, 5);
            TestNode client = client(world, addresses(servers.subList(0, 1)));
            world.sleep(FIRST_LOOK);
            for (TestNode friend : servers.subList(1, 5)) {
                client.connect(friend);
            }
            client.awaitIdentified();
            servers.getFirst().host().close();
            client.host().connections().forEach(connection -> connection.close(0, "alone"));
            world.sleep(NEXT_LOOK);
            assertThat(connected(client)).isEqualTo(4);
        });
    }

    @Test
    void whoAnswersAtAnAddressWithoutAPeerIsConnectedToOnce() {
        World.underManySeeds(world -> {
            TestNode server = servers(world, 1).getFirst();
            List<PeerAddress> named =
                    List.of(new PeerAddress(null, server.address().addresses()));
            TestNode client = client(world, named);
            world.sleep(FIRST_LOOK.plus(NEXT_LOOK.multipliedBy(3)));
            assertThat(connected(client)).isEqualTo(1);
            assertThat(client.tally().dials()).isEqualTo(1);
        });
    }

    @Test
    void aNameLeadsToThePeersThatItsRecordsList() {
        World.underManySeeds(world -> {
            List<TestNode> servers = servers(world, 3);
            world.network()
                    .names()
                    .texts(
                            "_dnsaddr.boot.example",
                            servers.stream()
                                    .map(server -> "dnsaddr="
                                            + server.host().fullAddresses().getFirst())
                                    .toArray(String[]::new));
            List<PeerAddress> named = new ArrayList<>();
            for (TestNode server : servers) {
                named.add(PeerAddress.parse("/dnsaddr/boot.example/p2p/" + server.id()));
            }
            TestNode client = client(world, named);
            world.sleep(FIRST_LOOK);
            assertThat(connected(client)).isEqualTo(3);
            servers.getFirst().host().close();
            world.sleep(NEXT_LOOK);
            assertThat(connected(client)).isEqualTo(2);
        });
    }

    @Test
    void theOwnAddressAmongTheNamedOnesIsPassedOver() {
        World.underManySeeds(world -> {
            Identity self = Identity.generate(world.machine("key"));
            List<PeerAddress> named = addresses(servers(world, 1));
            named.add(PeerAddress.of(self.peerId(), List.of(Multiaddr.parse("/ip4/10.0.0.1/tcp/4001"))));
            TestNode client = world.node(
                    "client", builder -> builder.identity(self).with(new Bootstrap(named, BootstrapLimits.DEFAULT)));
            world.sleep(FIRST_LOOK);
            assertThat(connected(client)).isEqualTo(1);
            assertThat(client.tally().dials()).isEqualTo(1);
        });
    }

    @Test
    void aClosedHostLooksNoMoreWhereverItWas() {
        World.underManySeeds(world -> {
            List<TestNode> servers = servers(world, 3);
            TestNode client = client(world, addresses(servers));
            world.sleep(Duration.ofMillis(world.random().nextInt(1, 400)));
            client.host().close();
            world.sleep(NEXT_LOOK);
            for (TestNode server : servers) {
                assertThat(server.host().connections()).isEmpty();
            }
        });
    }

    @Test
    void nonsenseIsRefusedWhenItIsConfigured() {
        assertThatThrownBy(() -> new Bootstrap(List.of(), BootstrapLimits.DEFAULT))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("0 bootstrap peers");
        assertThatThrownBy(() -> BootstrapLimits.DEFAULT.withMinimumPeers(0))
                .hasMessage("bootstrap.minimum-peers is 0, possible: 1 to 1000 peers");
        assertThatThrownBy(() -> BootstrapLimits.DEFAULT.withPeriod(Duration.ofMillis(10)))
                .hasMessageContaining("bootstrap.period is 10ms, possible: 1s to ");
    }
}
