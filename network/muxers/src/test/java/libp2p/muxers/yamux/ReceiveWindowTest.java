package libp2p.muxers.yamux;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ReceiveWindowTest {
    private static final int INITIAL = 256 << 10;
    private static final int LARGEST = 16 << 20;

    @Test
    void neverPromisesMoreThanItsSizeAndNeverForgetsAByte() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 0);
            long[] charged = {INITIAL};
            long credit = INITIAL;
            long unread = 0;
            long now = 0;
            for (int i = 0; i < 2000; i++) {
                now += random.nextInt(1000);
                if (random.nextBoolean()) {
                    long count = random.nextInt(10) == 0 ? credit + 1 : random.nextLong(credit + 1);
                    assertThat(window.received(count)).isEqualTo(count <= credit);
                    if (count <= credit) {
                        credit -= count;
                        unread += count;
                    }
                } else if (unread > 0) {
                    int count = 1 + random.nextInt((int) unread);
                    unread -= count;
                    if (window.consumed(count)) {
                        credit += window.credit(now, random.nextInt(3) * 500L, random.nextInt(INITIAL), bytes -> {
                            boolean granted = random.nextInt(4) > 0;
                            charged[0] += granted ? bytes : 0;
                            return granted;
                        });
                        assertThat(credit + unread).isEqualTo(window.size());
                    }
                }
                assertThat(credit + unread).isBetween(window.size() / 2L, (long) window.size());
                assertThat(window.size()).isLessThanOrEqualTo(LARGEST).isLessThanOrEqualTo((int) charged[0]);
            }
        }
    }

    @Test
    void growsWhenHalvesOfItAreReadWithinARoundTripAndSomeTimeForThreads() {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 0);
        assertThat(readHalf(window, NEEDED - 1, 0)).as("once may be chance").isEqualTo(INITIAL);
        assertThat(readHalf(window, NEEDED - 1, 0)).isEqualTo(2 * INITIAL);
        assertThat(readHalf(window, NEEDED - 1, 0)).isEqualTo(2 * INITIAL);
        assertThat(readHalf(window, NEEDED, 0)).as("the way holds no more").isEqualTo(2 * INITIAL);
    }

    @Test
    void staysAsItIsWhileTheRoundTripIsNotKnown() {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 0);
        for (int i = 0; i < 10; i++) {
            window.received(INITIAL);
            window.consumed(INITIAL);
            assertThat(window.credit(i, 0, 0, bytes -> true)).isEqualTo(INITIAL);
        }
    }

    @Test
    void doesNotGrowWhenTheBytesWaitedForTheReader() {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 0);
        for (int i = 0; i < 10; i++) {
            assertThat(readHalf(window, 1, INITIAL / 4 + 1)).isEqualTo(INITIAL);
            assertThat(readHalf(window, 1, 0))
                    .as("what is read fast had been waiting")
                    .isEqualTo(INITIAL);
        }
        readHalf(window, 1, INITIAL / 4);
        assertThat(readHalf(window, 1, INITIAL / 4)).isEqualTo(2 * INITIAL);
    }

    @Test
    void shrinksWhenItHoldsMoreThanTheWayAndGrowsAgainWithoutAnotherCharge() {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 0);
        while (readHalf(window, 1, 0) < 4 * INITIAL) {}
        for (int i = 0; i < 7; i++) {
            assertThat(readHalf(window, 2 * NEEDED + 1, 0)).isEqualTo(4 * INITIAL);
        }
        assertThat(readHalf(window, 2 * NEEDED + 1, 0)).isEqualTo(2 * INITIAL);
        for (int i = 0; i < 100; i++) {
            readHalf(window, 1_000 * NEEDED, 0);
        }
        assertThat(window.size()).as("never less than at first").isEqualTo(INITIAL);
        while (readHalf(window, 1, 0) < 4 * INITIAL) {}
        assertThat(charged).isEqualTo(3 * INITIAL);
    }

    @Test
    void aPauseDoesNotShrinkIt() {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 0);
        while (readHalf(window, 1, 0) < 4 * INITIAL) {}
        for (int i = 0; i < 100; i++) {
            assertThat(readHalf(window, i % 8 == 0 ? 1_000_000 * NEEDED : NEEDED, 0))
                    .isEqualTo(4 * INITIAL);
        }
    }

    /**
     * On loopback a peer that sends 500 MB/s gets 1 MiB at most; at 50 ms and 10 MB/s the window gets what it needs.
     */
    @Test
    void settlesAtAFewTimesWhatTheWayHolds() {
        assertThat(settled(100_000, 500e6)).isEqualTo(1 << 20);
        assertThat((double) settled(50_000_000, 10e6)).isBetween(2 * 0.05 * 10e6, 4 * 0.05 * 10e6);
        assertThat(settled(50_000_000, 1e9)).isEqualTo(LARGEST);
    }

    private static final long ROUND_TRIP = 1_000_000;
    private static final long NEEDED = 1_500_000;

    private long now;
    private long charged;

    private int readHalf(ReceiveWindow window, long took, int unread) {
        return readHalf(window, took, ROUND_TRIP, unread);
    }

    private int readHalf(ReceiveWindow window, long took, long roundTrip, int unread) {
        now += took;
        int half = window.size() / 2;
        assertThat(window.received(half)).isTrue();
        assertThat(window.consumed(half)).isTrue();
        assertThat(window.credit(now, roundTrip, unread, bytes -> {
                    charged += bytes;
                    return true;
                }))
                .isNotNegative();
        return window.size();
    }

    /** The size after many reads at a rate in bytes per second, or less where the window does not allow it. */
    private int settled(long roundTrip, double rate) {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, now);
        for (int i = 0; i < 100; i++) {
            double reachable = Math.min(rate, window.size() * 1e9 / roundTrip);
            readHalf(window, (long) (window.size() / 2 * 1e9 / reachable), roundTrip, 0);
        }
        return window.size();
    }
}
