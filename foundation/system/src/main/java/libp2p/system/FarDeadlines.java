package libp2p.system;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/**
 * Lets threads wait until deadlines that are far off. Nearly all of them are unparked long before, but for each the JDK
 * sets a timer and cancels it, and wakes the thread of its timers for both. Here they only stand in a table, and one
 * timer for all looks at it when the first of them comes near.
 *
 * <p>Thread-safe. Holds the threads that are parked in it.
 */
final class FarDeadlines {
    /** Nearer deadlines are left to the JDK; threads are unparked when theirs comes this near. */
    static final long FAR_NANOS = 1_000_000_000;

    /** The time between two looks, so that many deadlines close together cost no more than one. */
    private static final long PAUSE_NANOS = FAR_NANOS / 2;

    private static final long NEVER = Long.MAX_VALUE;

    private final Environment environment;
    private final Map<Thread, Deadline> parked = new ConcurrentHashMap<>();
    /** When the table is looked at next. */
    private volatile long nextLook = NEVER;

    private @Nullable Timer timer;
    private volatile boolean closed;

    FarDeadlines(Environment environment) {
        this.environment = environment;
    }

    /**
     * Parks the calling thread until it is unparked, interrupted, or about a second before the deadline. Like every park it
     * may be back for no reason: where it has set a timer it does not park, since the locks of timers park too, and may
     * have taken the permit by which the thread was unparked meanwhile.
     *
     * @return false, at once, if the deadline is near or there are no timers any more
     */
    boolean park(Object blocker, Deadline deadline) {
        if (closed || deadline.remainingNanos(environment) <= FAR_NANOS) {
            return false;
        }
        Thread self = Thread.currentThread();
        parked.put(self, deadline); // waits for no lock whose threads park
        try {
            if (!lookBy(deadline.nanos() - FAR_NANOS)) {
                LockSupport.park(blocker);
            }
        } catch (IllegalStateException ended) {
            closed = true;
        } finally {
            parked.remove(self);
        }
        return true;
    }

    /** Number of threads parked here. */
    int size() {
        return parked.size();
    }

    /** Whether a timer had to be looked after for that. */
    private boolean lookBy(long moment) {
        if (moment >= nextLook) { // who looks then sees what was put into the table before
            return false;
        }
        setTimer(moment);
        return true;
    }

    private synchronized void setTimer(long moment) {
        if (moment >= nextLook) {
            return;
        }
        Timer later = timer;
        timer = environment.schedule(Math.max(0, moment - environment.nanoTime()), () -> look(moment));
        nextLook = moment;
        if (later != null) {
            later.cancel();
        }
    }

    private void look(long moment) {
        synchronized (this) {
            if (moment != nextLook) {
                return; // cancelled too late
            }
            nextLook = NEVER;
            timer = null;
        }
        long now = environment.nanoTime();
        long next = NEVER;
        for (Map.Entry<Thread, Deadline> entry : parked.entrySet()) {
            long near = entry.getValue().nanos() - FAR_NANOS;
            if (near <= now) {
                LockSupport.unpark(entry.getKey());
            } else {
                next = Math.min(next, near);
            }
        }
        if (next != NEVER) {
            lookBy(Math.max(next, now + PAUSE_NANOS));
        }
    }
}
