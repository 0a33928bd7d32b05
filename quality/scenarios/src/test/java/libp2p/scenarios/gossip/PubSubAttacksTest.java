package libp2p.scenarios.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.connection.Stream;
import libp2p.core.identity.Identity;
import libp2p.core.peer.Peerstore;
import libp2p.core.record.PeerRecord;
import libp2p.core.routing.PubSub;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.rpc.Rpc;
import libp2p.simulator.Refusal;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Strangers that turn what protects a host with GossipSub against its honest peers. */
class PubSubAttacksTest {
    private static final String TOPIC = "news";

    private static TestNode node(World world, String name, GossipSub family, List<PubSub.Message> heard)
            throws Exception {
        TestNode node = world.node(name, builder -> builder.with(family));
        GossipSub.on(node.host()).subscribe(TOPIC, heard::add);
        return node;
    }

    /** A member publishes more than the links of the others take: what is dropped on the way to them is not their doing. */
    @Test
    void aFloodShutsNoPeerOfANarrowLinkOut() {
        World.underSeeds(1, world -> {
            List<PubSub.Message> heard = new ArrayList<>();
            TestNode victim = node(world, "victim", GossipSub.create(), heard);
            List<TestNode> honest = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                TestNode one = node(world, "honest" + i, GossipSub.create(), new ArrayList<>());
                honest.add(one);
                world.network().link(victim.environment(), one.environment()).bandwidth(250_000);
                victim.connect(one);
            }
            TestNode flooder = node(world, "flooder", GossipSub.create(), new ArrayList<>());
            flooder.connect(victim);
            world.sleep(Duration.ofSeconds(10));
            PubSubService pubsub = GossipSub.on(flooder.host());
            for (int i = 0; i < 1_000; i++) {
                pubsub.publish(TOPIC, new byte[16_000]);
                world.sleep(Duration.ofMillis(5));
            }
            world.sleep(Duration.ofSeconds(10));
            int flood = heard.size();
            for (TestNode one : honest) {
                GossipSub.on(one.host()).publish(TOPIC, "honest".getBytes(UTF_8));
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(heard.subList(flood, heard.size())).hasSize(8);
        });
    }

    /** A peer of good score offers addresses where nothing answers: they take all places in which peers are dialed. */
    @Test
    void offersOfDeadAddressesDoNotKeepDirectPeersAway() {
        World.underSeeds(1, world -> {
            world.network().unusedAddresses(Refusal.SILENT);
            TestNode friend = node(world, "friend", GossipSub.create(), new ArrayList<>());
            TestNode victim = node(
                    world,
                    "victim",
                    GossipSub.create().withParameters(GossipParameters.DEFAULT.withDirect(Set.of(friend.id()))),
                    new ArrayList<>());
            victim.host()
                    .peerstore()
                    .addAddresses(friend.id(), friend.host().addresses(), Peerstore.Source.USER, Peerstore.PERMANENT);
            TestNode stranger = node(world, "stranger", GossipSub.create(), new ArrayList<>());
            stranger.connect(victim);
            world.sleep(Duration.ofSeconds(5));
            for (int i = 0; i < 30; i++) {
                GossipSub.on(stranger.host()).publish(TOPIC, new byte[8]);
            }
            world.sleep(Duration.ofSeconds(5));
            victim.host().connections(friend.id()).forEach(connection -> connection.close(0, "lost"));
            for (int i = 0; i < 330; i++) {
                List<Rpc.PeerInfo> dead = new ArrayList<>();
                for (int j = 0; j < 16; j++) {
                    Identity identity = Identity.generate(stranger.environment());
                    dead.add(new Rpc.PeerInfo(
                            identity.peerId().toBytes(),
                            PeerRecord.seal(identity, 1, List.of(Multiaddr.parse("/ip4/54.1.2." + j + "/tcp/4001")))
                                    .toBytes()));
                }
                byte[] rpc = Rpc.of(new Rpc.Control(
                                List.of(),
                                List.of(),
                                List.of(),
                                List.of(new Rpc.Prune(TOPIC, dead, 1)),
                                List.of(),
                                null))
                        .delimited();
                Stream stream = stranger.open(victim, "/meshsub/1.1.0");
                stream.write(rpc, 0, rpc.length);
                GossipSub.on(stranger.host()).publish(TOPIC, new byte[8]);
                world.sleep(Duration.ofSeconds(1));
            }
            assertThat(GossipSub.on(victim.host()).peers(TOPIC)).containsExactlyInAnyOrder(friend.id(), stranger.id());
        });
    }
}
