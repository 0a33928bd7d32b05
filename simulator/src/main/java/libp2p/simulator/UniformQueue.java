package libp2p.simulator;

import java.util.Arrays;

/** Picks any ready thread, each as likely as the next. */
final class UniformQueue implements ReadyQueue {
    private final SeededRandom random;
    private SimulatedThread[] threads = new SimulatedThread[16];
    private int size;

    UniformQueue(SeededRandom random) {
        this.random = random;
    }

    @Override
    public void add(SimulatedThread thread) {
        if (size == threads.length) {
            threads = Arrays.copyOf(threads, size * 2);
        }
        threads[size++] = thread;
    }

    @Override
    public SimulatedThread take() {
        int index = size == 1 ? 0 : random.nextInt(size);
        SimulatedThread taken = threads[index];
        threads[index] = threads[--size];
        threads[size] = null;
        return taken;
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean preempts(SimulatedThread running) {
        return size > 0 && random.nextInt(size + 1) != 0;
    }
}
