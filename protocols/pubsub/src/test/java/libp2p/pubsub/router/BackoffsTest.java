package libp2p.pubsub.router;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.rpc.PubSubLimits;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

class BackoffsTest {
    private static final String TOPIC = "topic";
    private static final long SECOND = 1_000_000_000L;

    private final Backoffs backoffs = new Backoffs(PubSubLimits.DEFAULT.state(), SECOND);
    private final PeerId peer = Identity.generate(SystemEnvironment.shared()).peerId();

    @Test
    void aPeerIsNotGraftedUntilItsTimeAndTheSlackAreOver() {
        backoffs.add(peer, TOPIC, 60 * SECOND, 0);
        assertThat(backoffs.holds(peer, TOPIC, 61 * SECOND - 1)).isTrue();
        assertThat(backoffs.holds(peer, TOPIC, 61 * SECOND)).isFalse();
        assertThat(backoffs.holds(peer, "another", 0)).isFalse();
    }

    @Test
    void aShorterBackoffDoesNotEndALongerOne() {
        backoffs.add(peer, TOPIC, 60 * SECOND, 0);
        backoffs.add(peer, TOPIC, 10 * SECOND, SECOND);
        assertThat(backoffs.remaining(peer, TOPIC, SECOND)).isEqualTo(59 * SECOND);
        backoffs.add(peer, TOPIC, 90 * SECOND, SECOND);
        assertThat(backoffs.remaining(peer, TOPIC, SECOND)).isEqualTo(90 * SECOND);
    }

    @Test
    void whatIsOverIsForgotten() {
        backoffs.add(peer, TOPIC, 60 * SECOND, 0);
        backoffs.clear(61 * SECOND);
        assertThat(backoffs.size()).isEqualTo(1);
        backoffs.clear(61 * SECOND + 1);
        assertThat(backoffs.size()).isZero();
    }

    @Test
    void aPeerThatNamesALongTimeIsHeldToTheLongest() {
        long most = PubSubLimits.DEFAULT.state().longestBackoff().toNanos();
        assertThat(backoffs.clamp(Long.MAX_VALUE)).isEqualTo(most);
        assertThat(backoffs.clamp(-1)).isEqualTo(most);
        assertThat(backoffs.clamp(7)).isEqualTo(7 * SECOND);
    }
}
