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

    /**
     * Takes a slot, waiting for one; false if the deadline passed. A slot that came beside the deadline or an interrupt
     * is taken, so that its release passes it on.
     */
    public boolean acquire(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            if (available == 0) {
                return free.await(deadline); // the signal is the slot
            }
            available--;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Hands the slot to the first that waits; it is free for others only if none does. */
    public void release() {
        lock.lock();
        try {
            if (free.hasWaiters()) {
                free.signal();
            } else {
                available++;
            }
        } finally {
            lock.unlock();
        }
    }
}
