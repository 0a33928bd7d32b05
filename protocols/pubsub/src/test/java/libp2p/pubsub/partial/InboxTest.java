package libp2p.pubsub.partial;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.pubsub.rpc.Rpc;
import org.junit.jupiter.api.Test;

/** Parts of the peers that wait. */
class InboxTest {
    private static final PeerId STRANGER = RouterNetwork.id("stranger");

    private final Inbox inbox = new Inbox(PubSubLimits.Partials.DEFAULT);

    private static Rpc.Partial partial(int number, int size) {
        return new Rpc.Partial("parts", ByteBuffer.allocate(4).putInt(number).array(), new byte[size], null);
    }

    private Map<PeerId, Integer> taken() {
        Map<PeerId, Integer> taken = new HashMap<>();
        Inbox.Arrival next;
        while ((next = inbox.poll()) != null) {
            taken.merge(next.from(), 1, Integer::sum);
        }
        return taken;
    }

    private void flood(int size) {
        for (int i = 0; i < 5_000; i++) {
            inbox.offer(STRANGER, partial(i, size));
            if (i % 100 == 0) {
                inbox.offer(RouterNetwork.id("honest" + i % 500), partial(i, 1_000));
            }
        }
    }

    @Test
    void aPeerThatFloodsTakesNoPlaceOfOthers() {
        flood(10);
        assertThat(taken())
                .hasSize(6)
                .containsEntry(STRANGER, 1_024 - 50)
                .containsEntry(RouterNetwork.id("honest100"), 10);
        assertThat(inbox.dropped()).isEqualTo(5_050 - 1_024);
    }

    @Test
    void aPeerThatFloodsWithBytesTakesNoPlaceOfOthers() {
        flood(1 << 20);
        assertThat(taken()).hasSize(6).containsEntry(STRANGER, 15).containsEntry(RouterNetwork.id("honest100"), 10);
        inbox.offer(STRANGER, partial(1, 1 << 20));
        assertThat(taken()).hasSize(1);
    }

    @Test
    void peersAreServedInTurnAndEachInItsOrder() {
        for (int i = 0; i < 100; i++) {
            inbox.offer(STRANGER, partial(i, 1));
        }
        PeerId honest = RouterNetwork.id("honest");
        inbox.offer(honest, partial(1, 1));
        inbox.offer(honest, partial(2, 1));
        for (int i = 0; i < 2; i++) {
            assertThat(inbox.poll())
                    .extracting(arrival ->
                            ByteBuffer.wrap(arrival.partial().group()).getInt())
                    .isEqualTo(i);
            assertThat(inbox.poll()).extracting(Inbox.Arrival::from).isEqualTo(honest);
        }
    }
}
