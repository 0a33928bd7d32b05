package libp2p.core.environment;

import java.util.concurrent.Semaphore;
import libp2p.system.SystemEnvironment;

/** The system environment, telling when a thread is about to park; the deadline passes when the test says so. */
final class ParkObserver extends ForwardingEnvironment {
    final Semaphore parks = new Semaphore(0);
    volatile long shiftNanos;

    ParkObserver() {
        super(SystemEnvironment.shared());
    }

    /** Waits until that many threads have parked since the last call. */
    void awaitParks(int count) throws InterruptedException {
        parks.acquire(count);
    }

    @Override
    public long nanoTime() {
        return environment.nanoTime() + shiftNanos;
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        parks.release();
        if (!deadline.passed(this)) {
            environment.park(blocker, Deadline.NONE);
        }
    }
}
