package libp2p.core.environment;

import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;

/** The system environment, telling when a thread is about to park; the deadline passes when the test says so. */
final class ParkObserver implements Environment {
    private final SystemEnvironment system = SystemEnvironment.shared();
    final Semaphore parks = new Semaphore(0);
    volatile long shiftNanos;

    /** Waits until that many threads have parked since the last call. */
    void awaitParks(int count) throws InterruptedException {
        parks.acquire(count);
    }

    @Override
    public long nanoTime() {
        return system.nanoTime() + shiftNanos;
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        parks.release();
        if (!deadline.passed(this)) {
            system.park(blocker, Deadline.NONE);
        }
    }

    @Override
    public Instant wallClock() {
        return system.wallClock();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return system.schedule(delayNanos, task);
    }

    @Override
    public Thread start(String name, Runnable task) {
        return system.start(name, task);
    }

    @Override
    public <T> T offload(Callable<T> call) throws Exception {
        return system.offload(call);
    }

    @Override
    public RandomGenerator random(String use) {
        return system.random(use);
    }

    @Override
    public void secureRandom(byte[] bytes) {
        system.secureRandom(bytes);
    }

    @Override
    public Network network() {
        return system.network();
    }
}
