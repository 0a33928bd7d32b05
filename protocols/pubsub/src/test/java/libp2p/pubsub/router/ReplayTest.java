package libp2p.pubsub.router;

import static libp2p.pubsub.network.RouterNetwork.MILLISECOND;
import static libp2p.pubsub.network.RouterNetwork.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.message.AuthorNumbers;
import libp2p.pubsub.network.HonestNode;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.Rpc;
import libp2p.pubsub.score.ScoreParameters;
import org.junit.jupiter.api.Test;

/** Messages of others that a peer sends again after their ids were forgotten. */
class ReplayTest {
    private static final String TOPIC = "news";
    private static final int COUNT = 50;
    private static final PeerId AUTHOR = RouterNetwork.id("author");

    private final RouterNetwork network = new RouterNetwork(1);
    private final HonestNode node = new HonestNode(
            network, "node", RouterNetwork.address(1), GossipParameters.DEFAULT, ScoreParameters.DEFAULT, false);
    private final Random random = new Random(1);

    private Puppet relay(String name, int address) {
        Puppet relay = new Puppet(network, name, address);
        network.connect(relay, node, Version.GOSSIPSUB_1_2);
        relay.subscribe(node, TOPIC);
        return relay;
    }

    private static Message message(PeerId author, long number) {
        byte[] bytes = ByteBuffer.allocate(8).putLong(number).array();
        return new Message(author.toBytes(), new byte[100], bytes, TOPIC, new byte[] {1}, null);
    }

    /** In some order; what comes within a second counts as one batch. */
    private int heard(Puppet from, List<Message> messages) {
        int before = node.deliveries.size();
        List<Message> order = new ArrayList<>(messages);
        Collections.shuffle(order, random);
        for (Message message : order) {
            from.tell(node, Rpc.of(message));
            network.run(5 * MILLISECOND);
        }
        network.run(SECOND);
        return node.deliveries.size() - before;
    }

    private static List<Message> batch(PeerId author, long first) {
        List<Message> batch = new ArrayList<>();
        for (int i = 0; i < COUNT; i++) {
            batch.add(message(author, first + i));
        }
        return batch;
    }

    @Test
    void messagesThatAreSentAgainAreNotTakenAndNewOnesAre() {
        node.join(TOPIC);
        Puppet honest = relay("honest", 10);
        Puppet replayer = relay("replayer", 11);
        List<Message> old = batch(AUTHOR, HonestNode.EPOCH);
        assertThat(heard(honest, old)).isEqualTo(COUNT);
        for (int round = 1; round <= 3; round++) {
            network.run(125 * SECOND);
            node.deliveries.clear();
            assertThat(heard(replayer, old)).isZero();
            assertThat(node.router().view().score(replayer.id())).isNotNegative();
            assertThat(heard(honest, batch(AUTHOR, HonestNode.EPOCH + round * COUNT)))
                    .isEqualTo(COUNT);
        }
    }

    /** As those of js-libp2p. */
    @Test
    void messagesOfAnAuthorThatDrawsItsNumbersAreAllTaken() {
        node.join(TOPIC);
        Puppet honest = relay("honest", 10);
        for (int round = 0; round < 5; round++) {
            List<Message> batch = new ArrayList<>();
            for (int i = 0; i < COUNT; i++) {
                batch.add(message(AUTHOR, random.nextLong()));
            }
            assertThat(heard(honest, batch)).isEqualTo(COUNT);
            network.run(125 * SECOND);
        }
    }

    /** Where signatures are not asked for, another may write what is old already for its author. */
    @Test
    void unsignedMessagesMakeNoneOld() {
        AuthorNumbers numbers = new AuthorNumbers(100, () -> HonestNode.EPOCH);
        Message unsigned = new Message(
                AUTHOR.toBytes(), new byte[1], message(AUTHOR, HonestNode.EPOCH).sequence(), TOPIC, null, null);
        assertThat(numbers.note(unsigned, RouterNetwork.id("stranger"))).isNull();
    }

    /** Authors that a stranger invents without end push out those that it has brought itself. */
    @Test
    void inventedAuthorsMakeNoOtherForgotten() {
        AuthorNumbers numbers = new AuthorNumbers(100, () -> HonestNode.EPOCH);
        Message old = message(AUTHOR, HonestNode.EPOCH);
        AuthorNumbers.Author author = numbers.note(old, RouterNetwork.id("honest"));
        assertThat(author).isNotNull();
        author.forget(HonestNode.EPOCH);
        for (int i = 0; i < 1_000; i++) {
            numbers.note(message(RouterNetwork.id("author" + i), HonestNode.EPOCH), RouterNetwork.id("stranger"));
        }
        assertThat(numbers.isOld(old)).isTrue();
        assertThat(numbers.isOld(message(AUTHOR, HonestNode.EPOCH + 1))).isFalse();
    }
}
