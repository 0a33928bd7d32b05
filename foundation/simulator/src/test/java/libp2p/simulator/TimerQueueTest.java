package libp2p.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimerQueueTest {
    private static final class Marked extends Event {
        @Override
        void fire() {
            throw new AssertionError("not meant to fire");
        }
    }

    /** Compares the heap with a sorted list over random additions and removals. */
    @Test
    void agreesWithASortedList() {
        for (int seed = 0; seed < 200; seed++) {
            SeededRandom random = new SeededRandom(seed);
            TimerQueue queue = new TimerQueue();
            List<Event> model = new ArrayList<>();
            for (int step = 0; step < 500; step++) {
                int choice = random.nextInt(10);
                if (choice < 5) {
                    Event event = new Marked();
                    queue.add(event, random.nextInt(50));
                    model.add(event);
                } else if (choice < 7 && !model.isEmpty()) {
                    Event event = model.remove(random.nextInt(model.size()));
                    queue.remove(event);
                    queue.remove(event);
                    assertThat(event.isScheduled()).isFalse();
                } else if (!model.isEmpty()) {
                    model.sort(Comparator.<Event>comparingLong(e -> e.time).thenComparingLong(e -> e.order));
                    assertThat(queue.earliest()).isEqualTo(model.getFirst().time);
                    assertThat(queue.removeEarliest()).isSameAs(model.removeFirst());
                }
                assertThat(queue.size()).isEqualTo(model.size());
                assertThat(queue.isEmpty()).isEqualTo(model.isEmpty());
            }
        }
    }
}
