package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When an event loop counts as saturated. */
class LoopLoadTest {
    private static final long MILLI = 1_000_000;

    private final LoopLoad load = new LoopLoad(0);
    private long now;

    /** Turns of ten milliseconds each, of which a part is work, for somewhat more than the time that is watched. */
    private boolean isSaturated(int percent, boolean several) {
        boolean said = false;
        for (int i = 0; i < 51; i++) {
            if (several) {
                load.another();
            }
            long begin = now;
            long end = begin + percent * MILLI / 10;
            said |= load.turn(begin, end);
            now = begin + 10 * MILLI;
        }
        return said;
    }

    @Test
    void aLoopThatHasTimeLeftIsNotSaturated() {
        assertThat(isSaturated(65, true)).isFalse();
        assertThat(isSaturated(5, true)).isFalse();
    }

    @Test
    void aLoopThatHasNoneIs() {
        assertThat(isSaturated(75, true)).isTrue();
        assertThat(isSaturated(10, true)).as("each time is looked at by itself").isFalse();
    }

    @Test
    void oneConnectionStaysOnOneLoop() {
        assertThat(isSaturated(100, false)).isFalse();
    }

    @Test
    void aShortBurstIsNothing() {
        load.another();
        assertThat(load.turn(0, 400 * MILLI)).isFalse();
        assertThat(load.turn(2_000 * MILLI, 2_001 * MILLI)).isFalse();
    }
}
