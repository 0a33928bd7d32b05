package libp2p.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Set;
import libp2p.bitswap.Bitswap;
import libp2p.bitswap.BitswapSession;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Merit;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.ipld.Block;
import libp2p.kad.Dht;
import libp2p.kad.Kad;
import libp2p.multiformats.Multicodec;
import libp2p.nat.relay.Relay;
import libp2p.nat.relay.RelayClient;
import libp2p.nat.relay.RelayServer;
import libp2p.pubsub.GossipSub;
import libp2p.pubsub.PubSubService;
import libp2p.pubsub.router.GossipParameters;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** What connections of peers are worth: what they have done, and nothing that they may choose alone. */
class ConnectionMeritsTest {
    private static final String TOPIC = "news";
    private static final int SEEDS = 3;

    private static int worth(TestNode here, TestNode there) {
        return here.host().connectionManager().value(there.id());
    }

    private static Deadline soon(TestNode node) {
        return Deadline.after(node.environment(), Duration.ofMinutes(1));
    }

    private static PubSubService member(TestNode node) {
        PubSubService pubsub = GossipSub.on(node.host());
        pubsub.join(TOPIC).subscribe(message -> {});
        return pubsub;
    }

    @Test
    void aMemberOfAMeshIsWorthSomethingFromItsFirstMessageOnAndUntilItLeaves() {
        World.underSeeds(SEEDS, world -> {
            TestNode here = world.node("here", builder -> builder.with(GossipSub.create()));
            TestNode there = world.node("there", builder -> builder.with(GossipSub.create()));
            PubSubService mine = member(here);
            PubSubService theirs = member(there);
            there.connect(here);
            world.sleep(Duration.ofSeconds(5));
            assertThat(mine.mesh(TOPIC)).contains(there.id());
            assertThat(worth(here, there)).as("of a silent member").isZero();
            for (int i = 0; i < 40; i++) {
                theirs.publish(TOPIC, ("message " + i).getBytes(UTF_8));
            }
            world.sleep(Duration.ofSeconds(5));
            assertThat(worth(here, there))
                    .as("of a member that brings messages, however many")
                    .isEqualTo(Merit.MESH.value() + Merit.DELIVERIES.value());
            assertThat(worth(there, here)).as("of one that only takes them").isZero();
            theirs.unsubscribe(TOPIC);
            world.sleep(Duration.ofSeconds(5));
            assertThat(worth(here, there)).isEqualTo(Merit.DELIVERIES.value());
            world.sleep(Duration.ofHours(3));
            assertThat(worth(here, there)).as("of what was long ago").isZero();
        });
    }

    @Test
    void directPeersAreProtected() {
        World.underSeeds(SEEDS, world -> {
            TestNode there = world.node("there", builder -> builder.with(GossipSub.create()));
            GossipParameters direct = GossipParameters.DEFAULT.withDirect(Set.of(there.id()));
            TestNode here = world.node(
                    "here", builder -> builder.with(GossipSub.create().withParameters(direct)));
            assertThat(here.host().connectionManager().isProtected(there.id())).isTrue();
            assertThat(there.host().connectionManager().isProtected(here.id())).isFalse();
        });
    }

    @Test
    void aPeerOfTheRoutingTableIsWorthSomethingAfterItHasAnswered() {
        World.underSeeds(SEEDS, world -> {
            Kad kad = Kad.server().withPrefix("/test").withoutLocal().withoutRefresh();
            TestNode here = world.node("here", builder -> builder.with(kad));
            TestNode there = world.node("there", builder -> builder.with(kad));
            TestNode silent = world.node("silent");
            silent.host().handle("/test/kad/1.0.0", stream -> stream.reset(0));
            there.connect(here);
            silent.connect(here);
            world.sleep(Duration.ofSeconds(10));
            Dht dht = here.host().find(Dht.class).orElseThrow();
            assertThat(dht.tablePeers()).contains(there.id());
            assertThat(worth(here, there))
                    .as("of a peer that answered when it was asked whether it does")
                    .isEqualTo(Merit.ROUTING.value());
            dht.closestPeers("anything".getBytes(UTF_8), soon(here));
            assertThat(dht.tablePeers()).doesNotContain(silent.id());
            assertThat(worth(here, silent)).as("of a peer that does not answer").isZero();
            TestNode asking = world.node(
                    "asking",
                    builder -> builder.with(
                            Kad.client().withPrefix("/test").withoutLocal().withoutRefresh()));
            asking.connect(here);
            world.sleep(Duration.ofSeconds(1));
            asking.host().find(Dht.class).orElseThrow().closestPeers("anything".getBytes(UTF_8), soon(asking));
            assertThat(worth(here, asking)).as("of a peer that only asks").isZero();
            there.close(world.simulation());
            world.sleep(Duration.ofSeconds(5));
            dht.closestPeers("another".getBytes(UTF_8), soon(here));
            assertThat(dht.tablePeers()).doesNotContain(there.id());
            assertThat(worth(here, there))
                    .as("of a peer that has left the table")
                    .isZero();
        });
    }

    @Test
    void aPeerThatGivesWantedBlocksIsWorthSomethingAndOneThatOnlyTakesIsNot() {
        World.underSeeds(SEEDS, world -> {
            MemoryBlockStore mine = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            MemoryBlockStore theirs = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
            TestNode here = world.node("here", builder -> builder.with(Bitswap.over(mine)));
            TestNode there = world.node("there", builder -> builder.with(Bitswap.over(theirs)));
            Block block = Block.of(Multicodec.RAW, "content".getBytes(UTF_8));
            theirs.put(block);
            there.connect(here);
            try (BitswapSession session =
                    here.host().find(Bitswap.class).orElseThrow().session(Duration.ofMinutes(1))) {
                assertThat(session.get(block.cid())).isNotNull();
                session.flush();
            }
            assertThat(worth(here, there)).isEqualTo(1);
            assertThat(worth(there, here)).isZero();
        });
    }

    @Test
    void aPlaceAtARelayIsWorthLessThanAnythingThatHasToBeShown() {
        World.underSeeds(SEEDS, world -> {
            TestNode relay = world.node(
                    "relay",
                    builder -> builder.with(Relay.client(), Relay.server(libp2p.nat.relay.RelayLimits.DEFAULT)));
            TestNode client = world.node("client", builder -> builder.with(Relay.client()));
            PeerAddress address = relay.address();
            Registration place =
                    client.host().find(RelayClient.class).orElseThrow().keep(address);
            world.sleep(Duration.ofSeconds(10));
            assertThat(relay.host().find(RelayServer.class).orElseThrow().reservations())
                    .isEqualTo(1);
            assertThat(worth(relay, client)).isPositive().isLessThan(Merit.ROUTING.value());
            place.close();
        });
    }
}
