package libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.Version;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.Rpc;
import org.junit.jupiter.api.Test;

/** Messages of strangers that make the validators of an application fail. */
class ValidatorFailuresTest {
    private static final String TOPIC = "nested";
    private static final PeerId STRANGER = RouterNetwork.id("stranger");
    private static final int MESSAGES = 200;

    private final RouterWithValidation router = new RouterWithValidation(List.of(message -> {
        if (message.data().length > 0) {
            descend(message.data()[0]);
        }
        return PubSub.Verdict.ACCEPT;
    }));
    private final LockedRouter core = router.core;

    /** A parser of nested values that trusts their depth. */
    private static int descend(int depth) {
        return depth == 0 ? 0 : 1 + descend(depth);
    }

    private void send(int number, byte[] data) {
        byte[] sequence = ByteBuffer.allocate(8).putLong(number).array();
        core.receive(STRANGER, Rpc.of(new Message(STRANGER.toBytes(), data, sequence, TOPIC, null, null)));
        router.run();
    }

    @Test
    void aValidatorWhoseStackOverflowsKeepsNoPlaceOfValidation() {
        core.addPeer(STRANGER, Version.GOSSIPSUB_1_2, false, RouterNetwork.address(1));
        core.join(new Rpc.Subscription(true, TOPIC));
        for (int i = 0; i < MESSAGES; i++) {
            send(i, new byte[] {1});
        }
        assertThat(router.heard).isEmpty();
        for (int i = 0; i < 10; i++) {
            send(MESSAGES + i, new byte[0]);
        }
        assertThat(router.heard)
                .as("messages after those on which the validator failed")
                .hasSize(10);
    }
}
