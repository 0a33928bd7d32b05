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
                        credit += window.credit(now, random.nextInt(3) * 500L, bytes -> {
                            boolean granted = random.nextInt(4) > 0;
                            charged[0] += granted ? bytes : 0;
                            return granted;
                        });
                        assertThat(credit + unread).isEqualTo(window.size());
                    }
                }
                assertThat(credit + unread).isBetween(window.size() / 2L, (long) window.size());
                assertThat(window.size()).isLessThanOrEqualTo(LARGEST).isEqualTo((int) charged[0]);
            }
        }
    }

    @Test
    void growsWhenHalfOfItIsReadWithinFourRoundTrips() {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 1000);
        window.received(INITIAL);
        assertThat(window.consumed(INITIAL / 2)).isTrue();
        assertThat(window.credit(1399, 100, bytes -> true)).isEqualTo(INITIAL / 2 + INITIAL);
        assertThat(window.size()).isEqualTo(2 * INITIAL);
        window.received(INITIAL);
        assertThat(window.consumed(INITIAL)).isTrue();
        assertThat(window.credit(1799, 100, bytes -> true))
                .as("400 are four round trips")
                .isEqualTo(INITIAL);
        assertThat(window.consumed(INITIAL - 1)).isFalse();
    }

    @Test
    void doesNotGrowWhileTheRoundTripIsNotKnown() {
        ReceiveWindow window = new ReceiveWindow(INITIAL, LARGEST, 0);
        window.received(INITIAL);
        window.consumed(INITIAL);
        assertThat(window.credit(0, 0, bytes -> true)).isEqualTo(INITIAL);
    }
}
