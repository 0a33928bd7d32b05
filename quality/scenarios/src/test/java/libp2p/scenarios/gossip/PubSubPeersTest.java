package libp2p.scenarios.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.Peerstore;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.TopicOptions;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.score.ScoreParameters;
import libp2p.pubsub.score.ScoreParameters.Thresholds;
import libp2p.pubsub.score.TopicScoreParameters;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** How hosts with GossipSub find and treat peers of special kinds. */
class PubSubPeersTest {
    private static final String TOPIC = "news";
    private static final int SEEDS = 4;

    private static TestNode node(World world, String name, GossipSub family, List<String> heard) throws Exception {
        TestNode node = world.node(name, builder -> builder.with(family));
        GossipSub.on(node.host()).subscribe(TOPIC, message -> heard.add(new String(message.data(), UTF_8)));
        return node;
    }

    @Test
    void directPeersAreDialedAgainAndHearEverythingOutsideTheMesh() {
        World.underSeeds(SEEDS, world -> {
            List<String> heard = new ArrayList<>();
            TestNode other = node(world, "other", GossipSub.create(), heard);
            PeerId friend = other.id();
            // The other side does not know that it is a direct peer: its GRAFT is answered by PRUNE.
            TestNode node = node(
                    world,
                    "node",
                    GossipSub.create()
                            .withParameters(GossipParameters.DEFAULT
                                    .withDirect(Set.of(friend))
                                    .withTiming(quickDirect())
                                    .withFloodPublish(false)),
                    new ArrayList<>());
            node.host()
                    .peerstore()
                    .addAddresses(friend, other.host().addresses(), Peerstore.Source.USER, Peerstore.PERMANENT);
            world.sleep(Duration.ofSeconds(8));
            PubSubService pubsub = GossipSub.on(node.host());
            assertThat(pubsub.peers(TOPIC)).containsExactly(friend);
            assertThat(pubsub.mesh(TOPIC)).isEmpty();
            pubsub.publish(TOPIC, "directly".getBytes(UTF_8));
            world.sleep(Duration.ofSeconds(1));
            assertThat(heard).containsExactly("directly");
            node.host().connections().forEach(connection -> connection.close(0, "lost"));
            world.sleep(Duration.ofSeconds(8));
            assertThat(pubsub.peers(TOPIC)).as("dialed again").containsExactly(friend);
        });
    }

    private static GossipParameters.Timing quickDirect() {
        GossipParameters.Timing timing = GossipParameters.Timing.DEFAULT;
        return new GossipParameters.Timing(
                timing.heartbeat(),
                timing.firstHeartbeat(),
                timing.fanout(),
                timing.seen(),
                timing.iwantFollowUp(),
                5,
                timing.dontWantTicks());
    }

    /** A node with a full mesh prunes and offers others by their signed records; who is pruned connects them. */
    @Test
    void whoIsPrunedConnectsToThePeersThatAreOfferedWithTheirRecords() {
        World.underSeeds(SEEDS, world -> {
            GossipParameters offering = GossipParameters.DEFAULT.withPeerExchange(true);
            ScoreParameters trusting = ScoreParameters.DEFAULT.withThresholds(new Thresholds(-100, -400, -1_000, 0, 2));
            TestNode hub = node(
                    world,
                    "hub",
                    GossipSub.create()
                            .withParameters(offering.withMesh(new GossipParameters.Mesh(2, 1, 3, 1, 0, 60, 2))),
                    new ArrayList<>());
            List<TestNode> spokes = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                TestNode spoke = node(
                        world,
                        "spoke" + i,
                        GossipSub.create().withParameters(offering).withScores(trusting),
                        new ArrayList<>());
                spokes.add(spoke);
                spoke.host().connect(hub.address());
                world.sleep(Duration.ofSeconds(1));
            }
            world.sleep(Duration.ofSeconds(20));
            long linked = spokes.stream()
                    .filter(spoke -> spoke.host().connections().stream()
                            .anyMatch(connection -> !connection.remotePeer().equals(hub.id())))
                    .count();
            assertThat(linked).as("spokes that know other spokes").isGreaterThanOrEqualTo(4);
        });
    }

    @Test
    void aTopicHasParametersOfItsOwn() {
        World.underSeeds(SEEDS, world -> {
            List<String> heard = new ArrayList<>();
            TestNode author = node(world, "author", GossipSub.create(), new ArrayList<>());
            TestNode strict = node(world, "strict", GossipSub.create(), heard);
            GossipSub.on(strict.host())
                    .join(
                            TOPIC,
                            TopicOptions.DEFAULT
                                    .withMessageBytes(10)
                                    .withScores(TopicScoreParameters.DEFAULT.withWeight(2)));
            author.host().connect(strict.address());
            world.sleep(Duration.ofSeconds(3));
            PubSubService pubsub = GossipSub.on(author.host());
            pubsub.publish(TOPIC, "short".getBytes(UTF_8));
            world.sleep(Duration.ofSeconds(1));
            assertThat(heard).containsExactly("short");
            pubsub.publish(TOPIC, "much longer than that".getBytes(UTF_8));
            world.sleep(Duration.ofMillis(100));
            assertThat(heard).containsExactly("short");
            // A weight of 2: one invalid message costs 40, the first delivery was worth 2.
            assertThat(GossipSub.on(strict.host()).scores())
                    .singleElement()
                    .satisfies(score -> assertThat(score.total()).isBetween(-40.0, -36.0));
        });
    }
}
