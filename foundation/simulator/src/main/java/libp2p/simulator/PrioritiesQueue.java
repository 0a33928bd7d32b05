package libp2p.simulator;

import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * Probabilistic concurrency testing: random priorities, the highest ready thread runs, and at random points the running
 * thread falls below all others. A thread that takes turn after turn falls too, so that no thread spins for ever.
 */
final class PrioritiesQueue implements ReadyQueue {
    private static final int TURNS_IN_A_ROW = 200;

    private final PriorityQueue<SimulatedThread> threads = new PriorityQueue<>(
            (a, b) -> a.priority != b.priority ? Long.compare(b.priority, a.priority) : Long.compare(a.id, b.id));
    private final SeededRandom random;
    private final int changeOneIn;
    private long bottom = -1;
    private @Nullable SimulatedThread last;
    private int turnsInARow;

    PrioritiesQueue(SeededRandom random, int changeOneIn) {
        this.random = random;
        this.changeOneIn = changeOneIn;
    }

    @Override
    public void add(SimulatedThread thread) {
        if (thread.priority == 0) {
            thread.priority = 1 + (random.nextLong() >>> 2);
        }
        threads.add(thread);
    }

    @Override
    public SimulatedThread take() {
        SimulatedThread taken = threads.remove();
        if (taken != last) {
            last = taken;
            turnsInARow = 0;
        }
        if (++turnsInARow > TURNS_IN_A_ROW || random.oneIn(changeOneIn)) {
            turnsInARow = 0;
            taken.priority = bottom--;
            if (!threads.isEmpty()) {
                threads.add(taken);
                taken = threads.remove();
            }
        }
        return taken;
    }

    @Override
    public boolean isEmpty() {
        return threads.isEmpty();
    }

    @Override
    public boolean preempts(SimulatedThread running) {
        if (threads.isEmpty()) {
            return false;
        }
        if (random.oneIn(changeOneIn)) {
            running.priority = bottom--;
        }
        return threads.element().priority > running.priority;
    }
}
