package libp2p.scenarios;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import libp2p.core.event.Subscription;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import libp2p.discovery.pubsub.PeerAnnounced;
import libp2p.discovery.pubsub.PeerAnnouncement;
import libp2p.discovery.pubsub.PubSubPeerDiscovery;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** Hosts that find each other by what they announce on a topic. */
class PubSubPeerDiscoveryTest {
    private static final int SEEDS = 3;
    private static final Duration SOON = Duration.ofSeconds(25);

    private static TestNode node(World world, String name, UnaryOperator<PubSubPeerDiscovery> options)
            throws IOException {
        return world.node(
                name, builder -> builder.with(GossipSub.create()).with(options.apply(PubSubPeerDiscovery.on())));
    }

    private static List<PeerId> connected(TestNode node) {
        return node.host().connections().stream()
                .map(connection -> connection.remotePeer())
                .distinct()
                .toList();
    }

    @Test
    void peersOfATopicConnectToThoseThatAnnounceThemselves() {
        World.underSeeds(SEEDS, world -> {
            TestNode hub = node(world, "hub", all -> all.withConnections(0));
            List<TestNode> others = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                others.add(node(world, "node-" + i, UnaryOperator.identity()));
                others.get(i).connect(hub);
            }
            world.sleep(SOON);
            for (TestNode node : others) {
                assertThat(connected(node)).hasSize(4);
            }
        });
    }

    @Test
    void whoOnlyListensFindsOthersAndIsNotFound() {
        World.underSeeds(SEEDS, world -> {
            TestNode hub = node(world, "hub", all -> all.withConnections(0));
            TestNode listener =
                    node(world, "listener", all -> all.listeningOnly().withConnections(0));
            TestNode announcer = node(world, "announcer", all -> all.withConnections(0));
            List<PeerId> heardByListener = new ArrayList<>();
            List<PeerId> heardByAnnouncer = new ArrayList<>();
            try (Subscription<PeerAnnounced> one = listener.host().events().subscribe(PeerAnnounced.class);
                    Subscription<PeerAnnounced> two = announcer.host().events().subscribe(PeerAnnounced.class)) {
                listener.connect(hub);
                announcer.connect(hub);
                world.sleep(SOON);
                for (PeerAnnounced event; (event = one.poll()) != null; ) {
                    heardByListener.add(event.peer());
                }
                for (PeerAnnounced event; (event = two.poll()) != null; ) {
                    heardByAnnouncer.add(event.peer());
                }
            }
            assertThat(heardByListener).contains(hub.id(), announcer.id());
            assertThat(heardByAnnouncer).contains(hub.id()).doesNotContain(listener.id());
        });
    }

    /** In the name of another, malformed, with addresses of this machine: no peer is found, none is blamed. */
    @Test
    void announcementsThatAreNotTheAuthorsOwnAreIgnored() {
        World.underSeeds(SEEDS, world -> {
            TestNode node = node(world, "node", UnaryOperator.identity());
            TestNode stranger = world.node("stranger", builder -> builder.with(GossipSub.create()));
            stranger.connect(node);
            PubSubService pubsub = GossipSub.on(stranger.host());
            pubsub.subscribe(PubSubPeerDiscovery.TOPIC, message -> {});
            try (Subscription<PeerAnnounced> events = node.host().events().subscribe(PeerAnnounced.class)) {
                world.sleep(Duration.ofSeconds(5));
                Identity other = Identity.generate(KeyType.ED25519, node.environment());
                List<Multiaddr> addresses = List.of(Multiaddr.parse("/ip4/10.9.9.9/tcp/1"));
                pubsub.publish(PubSubPeerDiscovery.TOPIC, new PeerAnnouncement(other.publicKey(), addresses).encode());
                pubsub.publish(PubSubPeerDiscovery.TOPIC, new byte[] {1, 2, 3});
                pubsub.publish(PubSubPeerDiscovery.TOPIC, new byte[100_000]);
                world.sleep(Duration.ofSeconds(5));
                assertThat(events.poll()).isNull();
                assertThat(node.host().peerstore().addresses(other.peerId())).isEmpty();
                assertThat(connected(node)).containsExactly(stranger.id());
                List<Multiaddr> mixed =
                        List.of(Multiaddr.parse("/ip4/127.0.0.1/tcp/22"), Multiaddr.parse("/ip4/9.9.9.9/tcp/1"));
                pubsub.publish(
                        PubSubPeerDiscovery.TOPIC,
                        new PeerAnnouncement(stranger.host().identity().publicKey(), mixed).encode());
                world.sleep(Duration.ofSeconds(5));
                assertThat(events.poll().addresses())
                        .as("no machine names the addresses of another machine's loopback")
                        .containsExactly(Multiaddr.parse("/ip4/9.9.9.9/tcp/1"));
            }
        });
    }
}
