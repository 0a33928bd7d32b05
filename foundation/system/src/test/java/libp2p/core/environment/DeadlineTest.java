package libp2p.core.environment;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {
    private final ParkObserver environment = new ParkObserver();

    @Test
    void passesWhenItsTimeHasCome() {
        Deadline deadline = Deadline.after(environment, Duration.ofHours(1));
        assertThat(deadline.passed(environment)).isFalse();
        assertThat(deadline.remainingNanos(environment))
                .isBetween(1L, Duration.ofHours(1).toNanos());
        environment.shiftNanos = Duration.ofHours(1).toNanos();
        assertThat(deadline.passed(environment)).isTrue();
        assertThat(deadline.remainingNanos(environment)).isZero();
    }

    @Test
    void neverPassesIfThereIsNone() {
        environment.shiftNanos = Long.MAX_VALUE / 2;
        assertThat(Deadline.NONE.passed(environment)).isFalse();
        assertThat(Deadline.NONE.isFinite()).isFalse();
        assertThat(Deadline.NONE.remainingNanos(environment)).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void saturates() {
        for (Duration endless : new Duration[] {Duration.ofSeconds(Long.MAX_VALUE), Duration.ofNanos(Long.MAX_VALUE)}) {
            assertThat(Deadline.after(environment, endless)).isEqualTo(Deadline.NONE);
        }
        for (Duration past : new Duration[] {Duration.ofSeconds(Long.MIN_VALUE), Duration.ofNanos(-1), Duration.ZERO}) {
            assertThat(Deadline.after(environment, past).passed(environment)).isTrue();
        }
    }

    @Test
    void theEarlierOneCounts() {
        Deadline soon = new Deadline(1);
        assertThat(soon.earlier(Deadline.NONE)).isSameAs(soon);
        assertThat(Deadline.NONE.earlier(soon)).isSameAs(soon);
    }
}
