package libp2p.pubsub.router;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Random;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.network.RouterNetwork;
import libp2p.pubsub.rpc.MessageId;
import org.junit.jupiter.api.Test;

class IWantPromisesTest {
    private static final long LIFE = 3_000_000_000L;

    private final IWantPromises promises = new IWantPromises(new Random(1), LIFE, 2);
    private final PeerId alice = RouterNetwork.id("alice");
    private final PeerId bob = RouterNetwork.id("bob");
    private final MessageId first = id(1);
    private final MessageId second = id(2);

    private static MessageId id(int number) {
        return MessageId.of(new byte[] {(byte) number});
    }

    @Test
    void aPromiseIsBrokenWhenItsTimeIsOverAndOnce() {
        promises.add(alice, List.of(first), 0);
        assertThat(promises.broken(LIFE)).isEmpty();
        assertThat(promises.broken(LIFE + 1)).isEqualTo(Map.of(alice, 1));
        assertThat(promises.broken(LIFE + 1)).isEmpty();
        assertThat(promises.size()).isZero();
    }

    @Test
    void aMessageThatComesKeepsThePromisesOfAll() {
        promises.add(alice, List.of(first), 0);
        promises.add(bob, List.of(first), 1);
        promises.fulfil(first);
        assertThat(promises.broken(10 * LIFE)).isEmpty();
    }

    @Test
    void askingAgainGivesNoMoreTime() {
        promises.add(alice, List.of(first), 0);
        promises.add(alice, List.of(first), LIFE);
        assertThat(promises.broken(LIFE + 1)).isEqualTo(Map.of(alice, 1));
    }

    @Test
    void aPeerThatLeavesHasPromisedNothing() {
        promises.add(alice, List.of(first), 0);
        promises.add(bob, List.of(first), 0);
        promises.add(alice, List.of(second), 0);
        promises.forget(alice);
        assertThat(promises.size()).isEqualTo(1);
        assertThat(promises.broken(10 * LIFE)).isEqualTo(Map.of(bob, 1));
    }

    @Test
    void noMoreIsRememberedThanTheLimit() {
        promises.add(alice, List.of(first), 0);
        promises.add(alice, List.of(second), 0);
        promises.add(alice, List.of(id(3)), 0);
        assertThat(promises.size()).isEqualTo(2);
    }
}
