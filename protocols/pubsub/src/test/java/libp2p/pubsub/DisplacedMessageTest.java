package libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.junit.jupiter.api.Test;

/**
 * A stranger that floods a topic brings the message of another before the honest members do, whose copies are only noted
 * then. The messages of the honest members must not be dropped for its flood.
 */
class DisplacedMessageTest {
    private static final String TOPIC = "news";
    private static final PeerId STRANGER = RouterNetwork.id("stranger");
    private static final int OF_A_TOPIC = PubSubLimits.Queues.DEFAULT.validatorsPerTopic();

    private final RouterWithValidation router = new RouterWithValidation(List.of());
    private final LockedRouter core = router.core;

    private static Message message(PeerId author, int number) {
        byte[] sequence = ByteBuffer.allocate(8).putLong(number).array();
        return new Message(author.toBytes(), new byte[8], sequence, TOPIC, null, null);
    }

    private static PeerId member(int number) {
        return RouterNetwork.id("member" + number);
    }

    @Test
    void aMessageThatHonestMembersHaveBroughtTooOutlivesTheFloodOfTheStrangerThatWasFirst() {
        core.join(new Rpc.Subscription(true, TOPIC));
        core.addPeer(STRANGER, Version.GOSSIPSUB_1_2, false, RouterNetwork.address(1));
        for (int i = 0; i < 6; i++) {
            core.addPeer(member(i), Version.GOSSIPSUB_1_2, true, RouterNetwork.address(10 + i));
        }
        PeerId author = RouterNetwork.id("author");
        for (int i = 0; i < OF_A_TOPIC - 100; i++) {
            core.receive(STRANGER, Rpc.of(message(STRANGER, i)));
        }
        List<MessageId> ids = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Message one = message(author, i);
            ids.add(core.id(one));
            core.receive(STRANGER, Rpc.of(one));
            for (int j = 0; j < 6; j++) {
                core.receive(member(j), Rpc.of(one));
            }
        }
        for (int i = 100; i < 200; i++) { // further ones, which need places
            Message one = message(author, i);
            ids.add(core.id(one));
            core.receive(member(i % 6), Rpc.of(one));
        }
        for (int i = 0; i < 2_000; i++) {
            core.receive(STRANGER, Rpc.of(message(STRANGER, 100_000 + i)));
        }
        router.run();
        assertThat(router.heard).containsAll(ids);
    }
}
