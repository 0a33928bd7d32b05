package libp2p.stress;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Timer;
import libp2p.system.SystemEnvironment;

/** An environment in which an actor of a test is the thread of a task that was started or scheduled. Thread-safe. */
public final class TaskEnvironment extends ForwardingEnvironment {
    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
    private final AtomicLong passed = new AtomicLong();

    /** Without tasks. */
    public TaskEnvironment() {
        super(SystemEnvironment.shared());
    }

    /** The time that the test has let pass is added. */
    @Override
    public long nanoTime() {
        return super.nanoTime() + passed.get();
    }

    /** Lets time pass at once, in nanoseconds; timers do not run by it. */
    public void pass(long nanos) {
        passed.addAndGet(nanos);
    }

    @Override
    public Thread start(String name, Runnable task) {
        tasks.add(task);
        return Thread.currentThread();
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    /** Number of tasks that wait. */
    public int waiting() {
        return tasks.size();
    }

    /** Runs the task that waits longest, if any does; a timer's time has come with that. */
    public void runNext() {
        Runnable task = tasks.poll();
        if (task != null) {
            task.run();
        }
    }
}
