package libp2p.nat.dcutr;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import libp2p.core.environment.Deadline;
import libp2p.core.identity.Identity;
import libp2p.core.identity.KeyType;
import libp2p.core.identity.PeerId;
import libp2p.nat.dcutr.HolePuncher.Attempt;
import libp2p.nat.dcutr.PunchEvent.Via;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ActivePunchesTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();

    private final ActivePunches punches = new ActivePunches(ENVIRONMENT, 64);

    private static PeerId peer() {
        return Identity.generate(KeyType.ED25519, ENVIRONMENT).peerId();
    }

    private boolean starts(PeerId peer) throws InterruptedException {
        return punches.start(peer, Deadline.afterNanos(ENVIRONMENT, 0));
    }

    @Test
    void aStormOfPeersIsPunchedSixtyFourAtATime() throws InterruptedException {
        List<PeerId> peers = new ArrayList<>();
        for (int i = 0; i < 64; i++) {
            peers.add(peer());
            assertThat(i % 2 == 0 ? starts(peers.get(i)) : punches.answer(peers.get(i), 1))
                    .isTrue();
        }
        PeerId late = peer();
        assertThat(starts(late)).isFalse();
        assertThat(punches.answer(late, 1)).isFalse();
        punches.leave(peers.getFirst());
        assertThat(starts(late)).isTrue();
    }

    @Test
    void aPeerThatThisHostStartedWithIsNotAnswered() throws InterruptedException {
        PeerId peer = peer();
        assertThat(starts(peer)).isTrue();
        assertThat(starts(peer)).isFalse();
        assertThat(punches.answer(peer, 1)).isFalse();
        punches.progress(peer, Via.PUNCH, 2);
        assertThat(punches.of(peer)).isEqualTo(new Attempt(Via.PUNCH, 2));
    }

    @Test
    void aNewAnswerInterruptsTheOneBeforeAndWaitsForItsEnd() throws Exception {
        PeerId peer = peer();
        CountDownLatch answering = new CountDownLatch(1);
        CompletableFuture<Boolean> flagLeft = new CompletableFuture<>();
        ENVIRONMENT.start("first answer", () -> {
            try {
                assertThat(punches.answer(peer, 1)).isTrue();
                answering.countDown();
                new CountDownLatch(1).await();
            } catch (InterruptedException expected) {
                assertThat(punches.isSuperseded(peer)).isTrue();
                Thread.currentThread().interrupt(); // as if it came at the very end
            } finally {
                punches.leave(peer);
                flagLeft.complete(Thread.currentThread().isInterrupted());
            }
        });
        answering.await();
        assertThat(punches.answer(peer, 2)).isTrue();
        assertThat(flagLeft.get()).isFalse();
        assertThat(punches.of(peer)).isEqualTo(new Attempt(Via.PUNCH, 2));
        assertThat(punches.isSuperseded(peer)).isFalse();
    }
}
