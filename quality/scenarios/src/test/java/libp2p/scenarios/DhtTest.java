package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.record.InvalidRecordException;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.kad.key.Key;
import libp2p.kad.validator.AnyValueValidator;
import libp2p.kad.validator.PublicKeyValidator;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** The DHT of whole hosts. */
class DhtTest {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final int SEEDS = 3;
    private static final String WIDE = "/test/kad/1.0.0";

    private static Kad kad(Kad mode) {
        return mode.withPrefix("/test").withoutLocal().withValidator(new AnyValueValidator("v"));
    }

    private static TestNode node(World world, String name, Kad mode) throws IOException {
        return world.node(name, builder -> builder.with(kad(mode)));
    }

    private static Dht dht(TestNode node) {
        return node.host().find(Dht.class).orElseThrow();
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), MINUTE);
    }

    /** Servers, each of which knows the first one at the beginning. */
    private static List<TestNode> servers(World world, int count) throws Exception {
        List<TestNode> servers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            servers.add(node(world, "server-" + i, Kad.server()));
            if (i > 0) {
                servers.get(i).connect(servers.getFirst());
            }
        }
        world.sleep(MINUTE);
        return servers;
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static Cid cid(String text) {
        return Cid.v1(Multicodec.RAW, Multihash.sha256(bytes(text)));
    }

    private static List<PeerId> providers(TestNode node, Cid cid) throws IOException {
        List<PeerId> found = new ArrayList<>();
        try (Results<PeerAddress> results = dht(node).findProviders(cid, soon(node))) {
            for (PeerAddress one; (one = results.next()) != null; ) {
                found.add(one.peer());
            }
        }
        return found;
    }

    @Test
    void eachHostFindsAllOthersAndTheClosestPeersOfAnyKey() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> servers = servers(world, 12);
            TestNode asking = servers.get(3);
            for (TestNode other : servers) {
                if (other != asking) {
                    assertThat(dht(asking).findPeer(other.id(), soon(asking)))
                            .containsAll(other.host().addresses());
                }
            }
            Key target = Key.of(bytes("anything"));
            List<PeerId> expected = servers.stream()
                    .map(TestNode::id)
                    .filter(id -> !id.equals(asking.id()))
                    .sorted(Comparator.comparing(Key::of, target::compareDistances))
                    .toList();
            assertThat(dht(asking).closestPeers(bytes("anything"), soon(asking)).stream()
                            .map(PeerAddress::peer))
                    .containsExactlyElementsOf(expected);
        });
    }

    @Test
    void valuesAndProvidersAreFoundByOthers() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> servers = servers(world, 8);
            TestNode client = node(world, "client", Kad.client());
            client.connect(servers.get(5));
            world.sleep(Duration.ofSeconds(5));
            dht(client).putValue(bytes("/v/hello"), bytes("world"), soon(client));
            assertThat(dht(servers.get(2)).getValue(bytes("/v/hello"), soon(client)))
                    .isEqualTo(bytes("world"));
            assertThat(dht(servers.get(2)).getValue(bytes("/v/nothing"), soon(client)))
                    .isNull();
            byte[] key = client.host().identity().publicKey().toProtobuf();
            dht(client).putValue(PublicKeyValidator.keyOf(client.id()), key, soon(client));
            assertThat(dht(servers.get(6)).getValue(PublicKeyValidator.keyOf(client.id()), 1, soon(client)))
                    .isEqualTo(key);
            dht(client).provide(cid("content"), soon(client));
            assertThat(providers(servers.get(1), cid("content"))).containsExactly(client.id());
            assertThat(providers(servers.get(1), cid("other content"))).isEmpty();
            assertThat(dht(servers.get(7)).findPeer(client.id(), soon(client)))
                    .containsAll(client.host().addresses());
        });
    }

    @Test
    void aClientIsInNoTableAndServesNoPeer() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> servers = servers(world, 4);
            TestNode client = node(world, "client", Kad.client());
            for (TestNode server : servers) {
                client.connect(server);
            }
            world.sleep(MINUTE);
            assertThat(client.host().protocols()).doesNotContain(WIDE);
            assertThat(dht(client).tablePeers()).hasSize(4);
            for (TestNode server : servers) {
                assertThat(dht(server).tablePeers()).hasSize(3).doesNotContain(client.id());
            }
        });
    }

    @Test
    void aHostInAutomaticModeServesWhileItCanBeReachedAndItsPeersNoticeBothWays() {
        World.underSeeds(SEEDS, world -> {
            TestNode server = node(world, "server", Kad.server());
            TestNode auto =
                    world.node("auto", builder -> builder.with(Kad.auto().withPrefix("/test")));
            auto.connect(server);
            world.sleep(Duration.ofSeconds(5));
            assertThat(auto.host().protocols()).contains("/test/lan/kad/1.0.0").doesNotContain(WIDE);
            assertThat(dht(server).tablePeers()).doesNotContain(auto.id());
            auto.host().events().publish(new ReachabilityChanged(Reachability.PUBLIC));
            world.sleep(Duration.ofSeconds(5));
            assertThat(auto.host().protocols()).contains(WIDE);
            assertThat(dht(server).tablePeers()).contains(auto.id());
            auto.host().events().publish(new ReachabilityChanged(Reachability.PRIVATE));
            world.sleep(Duration.ofSeconds(5));
            assertThat(auto.host().protocols()).doesNotContain(WIDE);
            assertThat(dht(server).tablePeers()).doesNotContain(auto.id());
        });
    }

    @Test
    void oneSearchBringsThoseUpToDateWhoHaveAWorseValueOrNone() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> servers = servers(world, 5);
            byte[] key = bytes("/v/key");
            // Each of three has another value and has told no peer.
            for (int i = 0; i < 3; i++) {
                TestNode alone = node(world, "alone-" + i, Kad.client());
                alone.connect(servers.get(i));
                world.sleep(Duration.ofSeconds(2));
            }
            TestNode writer = world.nodes().get(5);
            dht(writer).putValue(key, bytes("1"), soon(writer));
            servers.getFirst().host().close();
            TestNode late = node(world, "late", Kad.server());
            late.connect(servers.get(1));
            world.sleep(MINUTE);
            assertThat(dht(late).status().getFirst().records()).isZero();
            TestNode reader = world.nodes().get(6);
            assertThat(dht(reader).getValue(key, 0, soon(reader))).isEqualTo(bytes("1"));
            world.sleep(Duration.ofSeconds(10));
            assertThat(dht(late).status().getFirst().records()).isEqualTo(1);
            TestNode better = world.nodes().get(7);
            dht(better).putValue(key, bytes("2"), soon(better));
            assertThat(dht(reader).getValue(key, 3, soon(reader))).isEqualTo(bytes("2"));
        });
    }

    @Test
    void whatNoValidatorAcceptsIsStoredNowhere() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> servers = servers(world, 3);
            Dht dht = dht(servers.getFirst());
            Deadline deadline = soon(servers.getFirst());
            for (String key : List.of("", "a", "/x", "/v", "/v/", "//v/a", "/unknown/key")) {
                assertThatThrownBy(() -> dht.putValue(bytes(key), bytes("x"), deadline))
                        .isInstanceOf(InvalidRecordException.class);
            }
            byte[] own = PublicKeyValidator.keyOf(servers.get(1).id());
            byte[] other = servers.get(2).host().identity().publicKey().toProtobuf();
            assertThatThrownBy(() -> dht.putValue(own, other, deadline)).isInstanceOf(InvalidRecordException.class);
            assertThat(servers)
                    .allSatisfy(
                            server -> assertThat(dht(server).status().getFirst().records())
                                    .isZero());
        });
    }

    @Test
    void whoIsDeadLeavesTheTableWithOneRefresh() {
        World.underSeeds(SEEDS, world -> {
            List<TestNode> servers = servers(world, 6);
            TestNode gone = servers.get(4);
            gone.host().close();
            world.sleep(Duration.ofMinutes(20));
            assertThat(dht(servers.get(1)).tablePeers()).hasSize(4).doesNotContain(gone.id());
        });
    }
}
