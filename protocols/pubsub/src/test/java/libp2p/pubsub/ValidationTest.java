package libp2p.pubsub;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.PubSub;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.router.PendingMessage;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import org.junit.jupiter.api.Test;

/** What waits for validators that have no time. */
class ValidationTest {
    private static final PeerId FLOODER = RouterNetwork.id("flooder");
    private static final PeerId HONEST = RouterNetwork.id("honest");
    private static final int MOST = PubSubLimits.Queues.DEFAULT.validations();
    private static final int OF_A_TOPIC = PubSubLimits.Queues.DEFAULT.validatorsPerTopic();

    private final Validation validation =
            new Validation(idle(), message -> {}, PubSubLimits.Queues.DEFAULT, new Validation.Parts() {
                @Override
                public List<PubSub.Validator> validators(String topic) {
                    return List.of();
                }

                @Override
                public LockedRouter core() {
                    throw new AssertionError("nothing is validated");
                }
            });
    private int number;

    /** Threads are not started. */
    private static Environment idle() {
        return (Environment) Proxy.newProxyInstance(
                ValidationTest.class.getClassLoader(), new Class<?>[] {Environment.class}, (proxy, method, args) -> {
                    assertThat(method.getName()).isEqualTo("start");
                    return null;
                });
    }

    private PendingMessage message(String topic, PeerId from, int size) {
        byte[] id = ByteBuffer.allocate(4).putInt(number++).array();
        return new PendingMessage(Message.anonymous(topic, new byte[size]), MessageId.of(id), from);
    }

    private boolean takes(String topic, PeerId from, int size) {
        PendingMessage one = message(topic, from, size);
        return !validation.offer(one).contains(one);
    }

    @Test
    void topicsThatAreFloodedLeaveRoomForTheOthers() {
        for (int i = 0; i < 2 * MOST; i++) {
            takes("flooded " + i % 3, FLOODER, 10);
        }
        for (int i = 0; i < 500; i++) {
            assertThat(takes("quiet", HONEST, 10)).as("message %d", i).isTrue();
        }
        assertThat(takes("flooded 0", FLOODER, 10)).isFalse();
    }

    @Test
    void aPeerThatFloodsATopicLeavesRoomForTheOthers() {
        for (int i = 0; i < 2 * OF_A_TOPIC; i++) {
            takes("topic", FLOODER, 10);
        }
        for (int i = 0; i < OF_A_TOPIC / 2 - 1; i++) {
            assertThat(takes("topic", HONEST, 10)).as("message %d", i).isTrue();
        }
        assertThat(takes("topic", FLOODER, 10)).isFalse();
    }

    @Test
    void largeMessagesMakeRoomForLargeOnesAndNoPlaceIsLost() {
        int large = 1 << 20;
        for (int i = 0; i < 100; i++) {
            takes("flooded", FLOODER, large);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(takes("quiet", HONEST, large)).as("message %d", i).isTrue();
        }
        PendingMessage last = message("quiet", HONEST, large);
        assertThat(validation.offer(last)).isNotEmpty().allSatisfy(dropped -> {
            assertThat(dropped).isNotSameAs(last);
            assertThat(dropped.from()).isEqualTo(FLOODER);
        });
        validation.close();
        assertThat(takes("quiet", HONEST, 1)).isFalse();
    }
}
