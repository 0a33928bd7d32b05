package libp2p.simulator;

import java.util.ArrayList;

/** Picks any ready thread, each as likely as the next. */
final class UniformQueue implements ReadyQueue {
    private final SeededRandom random;
    private final ArrayList<SimulatedThread> threads = new ArrayList<>();

    UniformQueue(SeededRandom random) {
        this.random = random;
    }

    @Override
    public void add(SimulatedThread thread) {
        threads.add(thread);
    }

    @Override
    public SimulatedThread take() {
        SimulatedThread last = threads.removeLast();
        int index = random.nextInt(threads.size() + 1);
        return index == threads.size() ? last : threads.set(index, last);
    }

    @Override
    public boolean isEmpty() {
        return threads.isEmpty();
    }

    @Override
    public boolean preempts(SimulatedThread running) {
        return !threads.isEmpty() && random.nextInt(threads.size() + 1) != 0;
    }
}
