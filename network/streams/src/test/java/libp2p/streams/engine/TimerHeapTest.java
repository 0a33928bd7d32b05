package libp2p.streams.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
    private static final long SECOND = 1_000_000_000L;

    private static final class Entry extends TimerHeap.Entry {}

    private final List<Long> alarms = new ArrayList<>();
    private final TimerHeap<Entry> deadlines = new TimerHeap<>(alarms::add);

    @Test
    void entriesAreDueInTheOrderOfTheirTimes() {
        SplittableRandom random = new SplittableRandom(5);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            Entry entry = new Entry();
            deadlines.add(entry, SECOND + random.nextLong(SECOND));
            entries.add(entry);
        }
        for (int i = 0; i < 200; i += 2) {
            deadlines.add(entries.get(i), SECOND + random.nextLong(SECOND)); // sooner, or no change
        }
        for (int i = 0; i < 200; i += 5) {
            deadlines.remove(entries.get(i));
        }
        List<Entry> left = entries.stream()
                .filter(entry -> entry.slot >= 0)
                .sorted(Comparator.comparingLong(entry -> entry.armed))
                .toList();
        assertThat(left).hasSize(160);
        assertThat(deadlines.pollDue(left.getFirst().armed - 1)).isNull();
        for (Entry entry : left) {
            assertThat(deadlines.pollDue(3 * SECOND)).isSameAs(entry);
            assertThat(entry.armed).isEqualTo(Long.MAX_VALUE);
        }
        assertThat(deadlines.pollDue(3 * SECOND)).isNull();
    }

    @Test
    void theAlarmIsSetForTheFirstTimeAndAgainWhenItHasGoneOff() {
        Entry early = new Entry();
        Entry late = new Entry();
        deadlines.add(late, 2 * SECOND);
        deadlines.add(early, SECOND);
        assertThat(alarms).containsExactly(2 * SECOND, SECOND);
        assertThat(deadlines.pollDue(SECOND)).isSameAs(early);
        assertThat(deadlines.pollDue(SECOND)).isNull();
        assertThat(alarms).containsExactly(2 * SECOND, SECOND, 2 * SECOND);
    }

    /** Otherwise the time until then is beyond what a number holds, and no alarm is ever set again. */
    @Test
    void anythingBeforeTheBeginningIsNow() {
        Entry entry = new Entry();
        Entry next = new Entry();
        deadlines.add(entry, Long.MIN_VALUE);
        assertThat(alarms).containsExactly(0L);
        assertThat(deadlines.pollDue(SECOND)).isSameAs(entry);
        assertThat(deadlines.pollDue(SECOND)).isNull();
        deadlines.add(next, 2 * SECOND);
        assertThat(alarms).containsExactly(0L, 2 * SECOND);
    }
}
