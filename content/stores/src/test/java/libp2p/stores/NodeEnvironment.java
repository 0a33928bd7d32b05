package libp2p.stores;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Timer;
import libp2p.system.SystemEnvironment;

/** A node whose wall clock is wrong, for which time can pass, and whose timers run when the test says so. */
final class NodeEnvironment extends ForwardingEnvironment {
    private final Duration wrong;
    private final List<Runnable> timers = new ArrayList<>();
    private volatile long passed;

    NodeEnvironment(Duration wrong) {
        super(SystemEnvironment.shared());
        this.wrong = wrong;
    }

    @Override
    public long nanoTime() {
        return super.nanoTime() + passed;
    }

    @Override
    public Instant wallClock() {
        return super.wallClock().plus(wrong);
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        super.park(blocker, deadline.isFinite() ? new Deadline(deadline.nanos() - passed) : deadline);
    }

    @Override
    public synchronized Timer schedule(long delayNanos, Runnable task) {
        timers.add(task);
        return () -> cancel(task);
    }

    private synchronized void cancel(Runnable task) {
        timers.remove(task);
    }

    void pass(Duration time) {
        passed += time.toNanos();
    }

    /** Runs the timers that wait. */
    void runTimers() {
        List<Runnable> due;
        synchronized (this) {
            due = new ArrayList<>(timers);
            timers.clear();
        }
        due.forEach(Runnable::run);
    }
}
