package libp2p.streams;

import static org.assertj.core.api.Assertions.assertThat;

import libp2p.contracts.muxer.TestEnvironment;
import libp2p.core.environment.ForwardingEnvironment;
import org.junit.jupiter.api.Test;

class TimeSliceTest {
    private static final class Clock extends ForwardingEnvironment {
        private long now = 1;

        Clock() {
            super(new TestEnvironment());
        }

        @Override
        public long nanoTime() {
            return now;
        }
    }

    private final Clock clock = new Clock();
    private final TimeSlice turn = new TimeSlice(clock);
    private int turnsGiven;

    private void work(long nanos) {
        turn.begin();
        clock.now += nanos;
        if (turn.end()) {
            turnsGiven++;
        }
    }

    @Test
    void othersHaveTheirTurnAfterEachMillisecondOfWork() {
        for (int i = 0; i < 9; i++) {
            work(100_000);
        }
        assertThat(turnsGiven).isZero();
        work(100_000);
        assertThat(turnsGiven).isEqualTo(1);
        for (int i = 0; i < 10; i++) {
            work(100_000);
        }
        assertThat(turnsGiven).isEqualTo(2);
        work(50_000_000);
        assertThat(turnsGiven).isEqualTo(3);
    }

    @Test
    void whatIsSpentWaitingIsNoWork() {
        for (int i = 0; i < 9; i++) {
            work(100_000);
            clock.now += 60_000_000_000L;
        }
        assertThat(turnsGiven).isZero();
    }
}
