package libp2p.pubsub.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.Message;
import libp2p.pubsub.rpc.MessageId;
import org.junit.jupiter.api.Test;

class MessageCacheTest {
    private static final String TOPIC = "topic";
    private static final int HISTORY = 5;
    private static final int GOSSIP = 3;
    private static final int SIZE = 100;

    private final PeerId author = RouterNetwork.id("author");
    private final HeldBytes held = new HeldBytes(4 << 20);
    private final MessageCache cache =
            new MessageCache(HISTORY, GOSSIP, 4 * message(0).size(), held);

    private Message message(int number) {
        byte[] sequence = ByteBuffer.allocate(8).putLong(number).array();
        return new Message(author.toBytes(), new byte[SIZE], sequence, TOPIC, null, null);
    }

    private MessageId put(int number) {
        MessageId id = MessageId.of(new byte[] {(byte) number});
        cache.put(id, message(number));
        return id;
    }

    @Test
    void gossipTellsOfTheLastWindowsAndTheOthersAreStillAnswered() {
        MessageId id = put(1);
        for (int window = 1; window < GOSSIP; window++) {
            assertThat(cache.recent(TOPIC)).containsExactly(id);
            cache.shift();
        }
        assertThat(cache.recent(TOPIC)).containsExactly(id);
        cache.shift();
        assertThat(cache.recent(TOPIC)).isEmpty();
        assertThat(cache.get(id)).isNotNull();
        cache.shift();
        cache.shift();
        assertThat(cache.get(id)).isNull();
    }

    @Test
    void whatLeavesMakesRoom() {
        for (int round = 0; round < 10; round++) {
            for (int i = 0; i < 4; i++) {
                put(4 * round + i);
            }
            assertThat(cache.size()).as("round %s", round).isEqualTo(4);
            for (int window = 0; window < HISTORY; window++) {
                cache.shift();
            }
            assertThat(cache.size()).isZero();
        }
    }

    @Test
    void theOldestLeaveForNewOnesWhenTheBytesAreFull() {
        MessageId first = put(1);
        put(2);
        put(3);
        cache.shift();
        put(4);
        MessageId last = put(5);
        assertThat(cache.size()).isEqualTo(4);
        assertThat(cache.get(first)).isNull();
        assertThat(cache.get(last)).isNotNull();
    }

    @Test
    void aPeerIsAnsweredOnlySoOften() {
        MessageId id = put(1);
        assertThat(cache.answer(id, author, 1)).isNotNull();
        assertThat(cache.answer(id, author, 1)).isNull();
        assertThat(cache.answer(id, RouterNetwork.id("another"), 1)).isNotNull();
    }

    @Test
    void aCrowdThatAsksForAllMessagesIsCountedWithinABound() {
        int crowd = 190;
        int messages = 9_000;
        MessageCache large = new MessageCache(HISTORY, GOSSIP, 4 << 20, held);
        for (int i = 0; i < messages; i++) {
            large.put(id(i), message(i));
        }
        long counts = 0;
        for (int peer = 0; peer < crowd; peer++) {
            PeerId id = RouterNetwork.id("stranger" + peer);
            long before = counts;
            for (int i = 0; i < messages; i++) {
                counts += large.answer(id(i), id, 3) == null ? 0 : 1;
            }
            assertThat(counts - before).as("answers to peer %s", peer).isGreaterThan(300);
        }
        long bytes = 40 * counts; // at least
        assertThat(bytes).isLessThan(8 << 20);
        assertThat(held.all()).isBetween(bytes, 8L << 20);
        assertThat(large.size()).as("no message has left for it").isEqualTo(messages);
        for (int window = 0; window < HISTORY; window++) {
            large.shift();
        }
        assertThat(held.all()).isZero();
    }

    private static MessageId id(int number) {
        return MessageId.of(ByteBuffer.allocate(4).putInt(number).array());
    }
}
