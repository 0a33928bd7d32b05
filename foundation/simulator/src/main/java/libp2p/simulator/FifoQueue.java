package libp2p.simulator;

import java.util.ArrayDeque;

/** First ready, first run. */
final class FifoQueue implements ReadyQueue {
    private final ArrayDeque<SimulatedThread> threads = new ArrayDeque<>();

    @Override
    public void add(SimulatedThread thread) {
        threads.addLast(thread);
    }

    @Override
    public SimulatedThread take() {
        return threads.removeFirst();
    }

    @Override
    public boolean isEmpty() {
        return threads.isEmpty();
    }

    @Override
    public boolean preempts(SimulatedThread running) {
        return false;
    }
}
