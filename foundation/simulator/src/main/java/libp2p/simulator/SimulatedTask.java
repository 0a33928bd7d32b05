package libp2p.simulator;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A thread that a test has started in a simulation. */
public final class SimulatedTask {
    private final SimulatedScheduler scheduler;
    private final List<Thread> joining = new ArrayList<>(1);
    private final SimulatedThread thread;
    private boolean done;

    SimulatedTask(SimulatedScheduler scheduler, String name, Simulation.Action action) {
        this.scheduler = scheduler;
        this.thread = scheduler.start(name, null, () -> run(name, action));
    }

    private void run(String name, Simulation.Action action) {
        try {
            action.run();
        } catch (Throwable e) {
            scheduler.fail("task '" + name + "' ended with " + e, e, false);
        } finally {
            done = true;
            joining.forEach(LockSupport::unpark);
        }
    }

    /** Whether the action has returned. */
    public boolean isDone() {
        return done;
    }

    /** Waits until the action has returned. */
    public void join() throws InterruptedException {
        if (!done) {
            joining.add(Thread.currentThread());
            while (!done) {
                scheduler.park(this, Long.MAX_VALUE);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        }
    }

    /** Interrupts the thread. */
    public void interrupt() {
        thread.thread().interrupt();
    }

    /** The thread that runs the action. */
    public Thread thread() {
        return thread.thread();
    }
}
