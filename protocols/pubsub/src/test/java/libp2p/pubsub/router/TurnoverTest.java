package libp2p.pubsub.router;

import static libp2p.pubsub.network.RouterNetwork.MILLISECOND;
import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiPredicate;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.Attack;
import libp2p.pubsub.network.AttackResult;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterField;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.ScoreParameters;
import org.junit.jupiter.api.Test;

/** Peers of a mesh that bring much less than the others make room. */
class TurnoverTest {
    private static final String TOPIC = "news";

    private final RouterNetwork network = new RouterNetwork(1);
    private final HonestNode node = new HonestNode(
            network, "node", RouterNetwork.address(1), GossipParameters.DEFAULT, ScoreParameters.DEFAULT, false);
    private final List<Puppet> puppets = new ArrayList<>();
    private final Puppet author = new Puppet(network, "author", 50);
    private final Puppet other = new Puppet(network, "other", 51);

    private List<PeerId> mesh() {
        return node.router().view().mesh(TOPIC);
    }

    private void join(int peers) {
        for (int i = 0; i < peers; i++) {
            Puppet puppet = new Puppet(network, "puppet" + i, 100 + i);
            puppets.add(puppet);
            network.connect(node, puppet, Version.GOSSIPSUB_1_1);
            puppet.subscribe(node, TOPIC);
        }
        node.join(TOPIC);
        network.run(SECOND);
    }

    private Puppet first() {
        return puppets.stream()
                .filter(puppet -> mesh().contains(puppet.id()))
                .findFirst()
                .orElseThrow();
    }

    /**
     * Messages of two authors in turn, two a second, that all peers of the mesh bring but for what one of them drops.
     */
    private void messages(int count, Puppet lazy, BiPredicate<Integer, Puppet> drops) {
        for (int i = 0; i < count; i++) {
            Puppet from = i % 2 == 0 ? author : other;
            Message message = from.message(TOPIC, 100);
            for (Puppet puppet : puppets) {
                if (mesh().contains(puppet.id()) && !(puppet == lazy && drops.test(i, from))) {
                    network.after(0, () -> puppet.tell(node, Rpc.of(message)));
                    network.run(5 * MILLISECOND);
                }
            }
            network.run(SECOND / 2);
        }
    }

    @Test
    void aPeerThatDropsHalfMakesRoomAndLosesNoScore() {
        join(10);
        Puppet lazy = first();
        messages(100, lazy, (i, from) -> i % 4 < 2);
        assertThat(mesh()).doesNotContain(lazy.id()).hasSizeGreaterThanOrEqualTo(5);
        assertThat(node.exchanged).containsExactly(lazy.id());
        assertThat(node.router().view().score(lazy.id())).isNotNegative();
        assertThat(lazy.received).anyMatch(rpc -> !rpc.control().prunes().isEmpty());
    }

    @Test
    void aPeerThatDropsTheMessagesOfOneAuthorMakesRoom() {
        join(10);
        Puppet censor = first();
        messages(60, censor, (i, from) -> from == author);
        assertThat(mesh()).doesNotContain(censor.id());
        assertThat(node.exchanged).containsExactly(censor.id());
    }

    @Test
    void theNeighboursOfAnAuthorWhoHearOfItFromThisHostStay() {
        join(10);
        Puppet neighbour = first();
        for (int i = 0; i < 60; i++) { // the author is a neighbour itself and sends before all others
            Message own = neighbour.message(TOPIC, 100);
            neighbour.tell(node, Rpc.of(own));
            network.run(SECOND / 2);
        }
        assertThat(node.exchanged).isEmpty();
        assertThat(node.deliveries).hasSize(60);
    }

    @Test
    void fewMessagesProveNothing() {
        join(10);
        messages(11, first(), (i, from) -> true);
        network.run(60 * SECOND);
        assertThat(node.exchanged).isEmpty();
    }

    @Test
    void nobodyIsPrunedFromASmallMeshWithoutSomebodyInstead() {
        join(5);
        Puppet lazy = first();
        messages(60, lazy, (i, from) -> true);
        assertThat(mesh()).hasSize(5).contains(lazy.id());
        Puppet instead = new Puppet(network, "instead", 99);
        network.connect(node, instead, Version.GOSSIPSUB_1_1);
        instead.subscribe(node, TOPIC);
        network.run(10 * SECOND);
        assertThat(mesh()).hasSize(5).contains(instead.id()).doesNotContain(lazy.id());
    }

    /** Links of 25 to 275 ms: who is far away brings less, and yet meshes are left alone but for a few. */
    @Test
    void aNetworkOfUnequalDistancesKeepsItsMeshes() {
        AttackResult result = Attack.run(
                Attack.Kind.CALM,
                new Attack.Size(0.04, 3, 8),
                Attack.Scoring.DEFAULT,
                new RouterField(5, 25 * MILLISECOND, 0.1).spread(10));
        assertThat(result.delivered()).isEqualTo(1);
        assertThat(result.lowestHonest()).isNotNegative();
        assertThat(result.changedInAMinute()).isLessThan(0.2);
    }
}
