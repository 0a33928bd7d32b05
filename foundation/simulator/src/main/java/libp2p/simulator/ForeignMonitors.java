package libp2p.simulator;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Waits of simulated threads for monitors that threads outside the simulation hold: the JVM's reference handler and
 * cleaner take some for a moment whenever garbage was collected, and so do we when we allocate a direct buffer. Such a
 * wait is no event of the simulation: the carrier waits for the monitor in real time, and the turn goes on.
 *
 * <p>Where the owner is a thread of the simulation itself, that wait is in vain, and ends with a failure.
 */
final class ForeignMonitors {
    private static final long PATIENCE_NANOS = Duration.ofSeconds(2).toNanos();

    private final Thread carrier = Thread.currentThread();
    private volatile @Nullable SimulatedThread released;

    /** Whether a thread can go on because it was given the monitor that it waited for; called by any thread. */
    boolean accept(SimulatedThread thread) {
        Thread virtual = thread.threadIfKnown();
        if (virtual == null || VirtualThreads.waiting(virtual) != VirtualThreads.Waiting.MONITOR) {
            return false;
        }
        released = thread;
        LockSupport.unpark(carrier);
        return true;
    }

    /** Whether the thread's turn, which it gave up to wait for a monitor, goes on; called by the carrier. */
    boolean resumes(SimulatedThread thread) {
        Thread virtual = thread.threadIfKnown();
        if (thread.ended || virtual == null || VirtualThreads.waiting(virtual) != VirtualThreads.Waiting.MONITOR) {
            return false;
        }
        long start = System.nanoTime();
        while (released != thread) {
            long left = PATIENCE_NANOS - (System.nanoTime() - start);
            if (left <= 0) {
                return false;
            }
            LockSupport.parkNanos(this, left);
        }
        released = null;
        return true;
    }
}
