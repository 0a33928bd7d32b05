package libp2p.scenarios.gossip;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.node.pubsub.PubSubPeer;
import libp2p.pubsub.GossipSub;
import libp2p.testkit.TestNode;
import libp2p.testkit.World;
import org.junit.jupiter.api.Test;

/** The orders of a node of the mixed networks. */
class PubSubOrdersTest {
    private static final String TOPIC = "interop";

    @Test
    void publicationsKeepThePaceAndTheNextOrderWaitsForTheLast() {
        World.underSeeds(2, world -> {
            List<String> events = new ArrayList<>();
            PubSubPeer peer = new PubSubPeer(TOPIC, true, false, (name, human, fields) -> events.add(name));
            TestNode told = world.node("told", builder -> builder.with(peer.extended(GossipSub.create())));
            TestNode other = world.node("other", builder -> builder.with(GossipSub.create()));
            List<String> heard = new ArrayList<>();
            List<Long> times = new ArrayList<>();
            GossipSub.on(other.host()).subscribe(TOPIC, message -> {
                heard.add(new String(message.data(), UTF_8));
                times.add(other.environment().nanoTime());
            });
            told.host().connect(other.address());
            GossipSub.on(told.host()).awaitPeers(TOPIC, 1, Deadline.after(told.environment(), Duration.ofMinutes(1)));
            peer.run(
                    told.host(),
                    new BufferedReader(new StringReader("publish slow 3 10 2000\npublish quick 2 8 0\npeers\n")),
                    () -> events.add("listening"));
            world.sleep(Duration.ofSeconds(5));
            assertThat(events).containsExactly("listening", "published", "published", "peers");
            assertThat(heard).containsExactly("slow-0....", "slow-1....", "slow-2....", "quick-0.", "quick-1.");
            for (int i = 1; i < 3; i++) {
                assertThat(times.get(i) - times.get(i - 1)).isBetween(1_900_000_000L, 2_100_000_000L);
            }
        });
    }
}
