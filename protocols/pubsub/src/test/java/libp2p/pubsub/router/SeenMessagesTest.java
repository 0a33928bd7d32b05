package libp2p.pubsub.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.MessageId;
import libp2p.pubsub.rpc.PubSubLimits;
import org.junit.jupiter.api.Test;

class SeenMessagesTest {
    private static final PeerId FLOODER = RouterNetwork.id("flooder");
    private static final PeerId HONEST = RouterNetwork.id("honest");
    private static final int MOST = 1_000;
    private static final long LIFE = 100;

    private final SeenMessages seen = new SeenMessages(LIFE, MOST);

    private static MessageId id(int number) {
        return MessageId.of(ByteBuffer.allocate(4).putInt(number).array());
    }

    private void add(int number, PeerId owner, long now) {
        seen.add(id(number), owner, SeenMessages.State.VALID, now);
    }

    @Test
    void aPeerThatBringsMessagesWithoutEndMakesThisHostForgetItsOwn() {
        for (int i = 0; i < 100; i++) {
            add(i, HONEST, 0);
        }
        for (int i = 1_000; i < 50_000; i++) {
            add(i, FLOODER, 0);
            assertThat(seen.size()).isLessThanOrEqualTo(MOST);
        }
        for (int i = 0; i < 100; i++) {
            assertThat(seen.contains(id(i))).as("message %d", i).isTrue();
        }
        assertThat(seen.contains(id(49_999))).as("the newest").isTrue();
        assertThat(seen.contains(id(1_000))).as("the oldest").isFalse();
    }

    @Test
    void idsEndWithTheirLifeAndGiveBackWhatTheyWereCharged() {
        for (int i = 0; i < MOST; i++) {
            add(i, i % 2 == 0 ? HONEST : FLOODER, i / 10);
        }
        seen.expire(LIFE + 50);
        assertThat(seen.size()).isEqualTo(MOST / 2);
        seen.expire(2 * LIFE + 50);
        assertThat(seen.size()).isZero();
        for (int i = 0; i < 3 * MOST; i++) {
            add(i, HONEST, 3 * LIFE);
        }
        assertThat(seen.size()).isBetween(MOST - 10, MOST);
    }

    @Test
    void aSmallHeapRemembersFewer() {
        PubSubLimits small = PubSubLimits.DEFAULT.withinHeap(128 << 20);
        assertThat((long) small.state().seen() * 400).isLessThanOrEqualTo(8 << 20);
        assertThat(small.state().cachedBytes()).isEqualTo(8 << 20);
        assertThat(small.queues().validationBytes()).isEqualTo(8 << 20);
        assertThat(PubSubLimits.DEFAULT.withinHeap(16L << 30)).isEqualTo(PubSubLimits.DEFAULT);
    }
}
