package libp2p.swarm.dial;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;

/** Bounds how many things happen at once; first come, first served. Thread-safe. */
public final class DialSlots {
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition free;
    private int available;

    public DialSlots(Environment environment, int slots) {
        this.free = new TimedCondition(environment, lock);
        this.available = slots;
    }

    /** Takes a slot, waiting for one; false if the deadline passed. */
    public boolean acquire(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (available == 0) {
                if (!free.await(deadline) && available == 0) {
                    return false;
                }
            }
            available--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    public void release() {
        lock.lock();
        try {
            available++;
            free.signal();
        } finally {
            lock.unlock();
        }
    }
}
