package libp2p.graphsync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CountDownLatch;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.ipld.ContentException;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;

/** How much of this host the walks of a peer may take. */
class WalkPaceTest {
    private static final long MILLISECOND = 1_000_000;

    private final PeerId stranger =
            Identity.generate(SystemEnvironment.shared()).peerId();
    private final PeerId honest = Identity.generate(SystemEnvironment.shared()).peerId();
    private final TaskQueue slots = new TaskQueue(SystemEnvironment.shared(), 2, 4);
    private long now;
    private int yields;
    private long rested;

    private WalkPace pace(PeerId peer) {
        return new WalkPace(
                () -> now,
                () -> yields++,
                nanos -> {
                    rested += nanos;
                    now += nanos;
                },
                slots,
                new TaskQueue.Place(peer, 0),
                GraphSyncLimits.DEFAULT);
    }

    private void work(WalkPace pace, int milliseconds) throws IOException {
        for (int i = 0; i < 10 * milliseconds; i++) {
            now += MILLISECOND / 10;
            pace.step();
        }
    }

    @Test
    void othersGoFirstAfterEachMillisecond() throws IOException {
        WalkPace pace = pace(stranger);
        pace.begin();
        work(pace, 500);
        assertThat(yields).isEqualTo(500);
        assertThat(rested).isZero();
    }

    @Test
    void workThatBringsNothingHasHalfOfAProcessorForAllWalksOfAPeer() throws IOException {
        WalkPace one = pace(stranger);
        one.begin();
        work(one, 3000);
        assertThat(rested / MILLISECOND).isBetween(1950L, 2050L);
        WalkPace two = pace(stranger);
        two.begin();
        rested = 0;
        work(one, 1000); // one of two, so that it works for a quarter of the time
        assertThat(rested / MILLISECOND).isBetween(2950L, 3050L);
    }

    @Test
    void workThatBringsBlocksGoesOnAtFullSpeedAndWaitingForTheNetworkIsNoWork() throws IOException {
        WalkPace pace = pace(stranger);
        pace.begin();
        for (int i = 0; i < 100; i++) {
            work(pace, 900);
            pace.fruitful();
            now += 60_000 * MILLISECOND;
            pace.sent();
        }
        assertThat(rested).isZero();
    }

    @Test
    void workThatBringsNothingEndsAfterTenMinutes() throws IOException {
        WalkPace pace = pace(stranger);
        pace.begin();
        for (int i = 0; i < 5999; i++) {
            now += 100 * MILLISECOND;
            pace.step();
        }
        now += 100 * MILLISECOND;
        pace.step();
        now += 100 * MILLISECOND;
        assertThatThrownBy(pace::step)
                .isInstanceOf(ContentException.class)
                .hasMessageContaining("600 s without a block");
    }

    @Test
    void walksWithoutEndLetThoseThatWaitHaveTheirTurn() throws Exception {
        WalkPace first = pace(stranger);
        WalkPace second = pace(stranger);
        first.begin();
        second.begin();
        CountDownLatch served = new CountDownLatch(1);
        Thread waiting = SystemEnvironment.shared().start("waiting", () -> {
            try {
                slots.take(new TaskQueue.Place(honest, 0));
                slots.release(honest);
                served.countDown();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        while (served.getCount() > 0) { // each turn of the first goes to the one that waits, once it does
            work(first, 100);
            first.fruitful();
        }
        waiting.join();
        assertThat(slots.running(stranger)).isEqualTo(2);
        assertThat(slots.running(honest)).isZero();
        first.end();
        second.end();
        assertThat(slots.running(stranger)).isZero();
    }
}
