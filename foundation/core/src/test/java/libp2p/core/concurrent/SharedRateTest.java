package libp2p.core.concurrent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class SharedRateTest {
    private static final long MINUTE = Duration.ofMinutes(1).toNanos();

    private static int taken(SharedRate rate, String group, int times, long now) {
        int taken = 0;
        for (int i = 0; i < times; i++) {
            taken += rate.take(group, now) ? 1 : 0;
        }
        return taken;
    }

    @Test
    void oneGroupMayHaveAllAndOthersTheirFirst() {
        SharedRate rate = new SharedRate(60, 240);
        assertThat(taken(rate, "greedy", 1000, 0)).isEqualTo(60);
        for (int i = 0; i < 30; i++) {
            assertThat(taken(rate, "group " + i, 2, 0)).as("group %s", i).isEqualTo(1);
        }
        assertThat(taken(rate, "one more", 1, 0)).isZero();
        assertThat(taken(rate, "greedy", 1000, MINUTE)).isEqualTo(60);
        assertThat(taken(rate, "group 1", 2, MINUTE)).as("a minute later").isEqualTo(1);
    }

    @Test
    void aRateOfOneHasAFirstToo() {
        SharedRate rate = new SharedRate(1, 4);
        assertThat(taken(rate, "greedy", 10, 0)).isEqualTo(1);
        assertThat(taken(rate, "other", 10, 0)).isEqualTo(1);
    }
}
