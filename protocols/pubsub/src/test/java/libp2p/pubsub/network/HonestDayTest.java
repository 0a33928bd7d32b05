package libp2p.pubsub.network;

import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.pubsub.router.GossipParameters;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.score.ScoreParameters;
import org.junit.jupiter.api.Test;

/** The default parameters leave honest peers alone, however quiet their topic is. */
class HonestDayTest {
    @Test
    void withOneMessageAnHourForADayNoHonestPeerIsBelowZero() {
        RouterNetwork network = new RouterNetwork(3);
        List<HonestNode> nodes = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            HonestNode node = new HonestNode(
                    network,
                    "n" + i,
                    RouterNetwork.address(i),
                    GossipParameters.DEFAULT,
                    ScoreParameters.DEFAULT,
                    true);
            node.join("quiet");
            nodes.add(node);
        }
        for (int i = 0; i < nodes.size(); i++) {
            for (int j = 1; j <= 4; j++) {
                network.connect(nodes.get(i), nodes.get((i + j) % nodes.size()), Version.GOSSIPSUB_1_2);
            }
        }
        int messages = 0;
        for (int hour = 0; hour < 24; hour++) {
            network.run(3_600 * SECOND);
            nodes.get(hour % nodes.size()).publish("quiet", 2_000);
            messages++;
            for (HonestNode node : nodes) {
                assertThat(node.router().view().scores())
                        .isNotEmpty()
                        .allSatisfy(score -> assertThat(score.total()).isNotNegative());
            }
        }
        network.run(10 * SECOND);
        for (HonestNode node : nodes) {
            assertThat(node.deliveries).hasSize(messages);
            assertThat(node.router().view().mesh("quiet")).hasSizeGreaterThanOrEqualTo(5);
        }
    }
}
