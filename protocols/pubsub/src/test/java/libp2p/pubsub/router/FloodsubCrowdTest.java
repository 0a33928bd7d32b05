package libp2p.pubsub.router;

import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.ScoreParameters;
import org.junit.jupiter.api.Test;

/** Strangers by the hundred that speak floodsub alone, so that each of them is sent every message. */
class FloodsubCrowdTest {
    private static final String TOPIC = "news";
    private static final int CROWD = 300;

    private final RouterNetwork network = new RouterNetwork(1);
    private final HonestNode node = new HonestNode(
            network, "node", RouterNetwork.address(1), GossipParameters.DEFAULT, ScoreParameters.DEFAULT, false);
    private final List<Puppet> crowd = new ArrayList<>();

    private Puppet puppet(int number, Version version, boolean dialed) {
        Puppet puppet = new Puppet(network, "puppet" + number, 100 + number);
        if (dialed) {
            network.connect(node, puppet, version);
        } else {
            network.connect(puppet, node, version);
        }
        puppet.subscribe(node, TOPIC);
        return puppet;
    }

    private static int messages(List<Puppet> puppets) {
        return puppets.stream().mapToInt(puppet -> puppet.messages().size()).sum();
    }

    @Test
    void aCrowdThatSpeaksFloodsubDoesNotDecideHowMuchAHostSends() {
        node.join(TOPIC);
        Puppet author = puppet(1_000, Version.GOSSIPSUB_1_2, true);
        Puppet old = puppet(1_001, Version.FLOODSUB, true);
        Puppet relay = puppet(1_002, Version.FLOODSUB, false);
        for (int i = 0; i < 3; i++) {
            Puppet other = new Puppet(network, "author" + i, 2_000 + i);
            relay.tell(node, Rpc.of(other.message(TOPIC, 10)));
            network.run(SECOND);
        }
        for (int i = 0; i < CROWD; i++) {
            crowd.add(puppet(i, Version.FLOODSUB, false));
        }
        network.run(SECOND);
        int ofOld = old.messages().size();
        int ofRelay = relay.messages().size();
        int before = messages(crowd);
        author.tell(node, Rpc.of(author.message(TOPIC, 10)));
        network.run(SECOND);
        int forwarded = messages(crowd) - before;
        node.publish(TOPIC, 10);
        network.run(SECOND);
        int published = messages(crowd) - before - forwarded;
        assertThat(forwarded).as("copies of a message of another").isBetween(1, 32);
        assertThat(published).as("copies of a publication").isBetween(1, 32);
        assertThat(old.messages()).as("to a peer that this host has dialed").hasSize(ofOld + 2);
        assertThat(relay.messages()).as("to a peer that relays").hasSize(ofRelay + 2);
    }
}
