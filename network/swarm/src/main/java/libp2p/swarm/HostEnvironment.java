package libp2p.swarm;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.TimedCondition;

/**
 * The environment of one host: the one it was given, with the threads counted that are started through it, and what
 * goes on without one, so that closing the host can wait until the last has ended. Thread-safe.
 */
public final class HostEnvironment extends ForwardingEnvironment {
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition idle;
    private int running;

    /** Counts the threads and timers that the parts of a host start from now on. */
    public HostEnvironment(Environment outside) {
        super(outside);
        this.idle = new TimedCondition(outside, lock);
    }

    /** The environment itself if it is one of a host already, so that the parts of a host can share it. */
    public static HostEnvironment of(Environment outside) {
        return outside instanceof HostEnvironment host ? host : new HostEnvironment(outside);
    }

    @Override
    public Thread start(String name, Runnable task) {
        begun();
        boolean started = false;
        try {
            Thread thread = environment.start(name, () -> {
                try {
                    task.run();
                } finally {
                    ended();
                }
            });
            started = true;
            return thread;
        } finally {
            if (!started) {
                ended();
            }
        }
    }

    @Override
    public Runnable trackActivity() {
        Runnable outside = environment.trackActivity();
        begun();
        return () -> {
            ended();
            outside.run();
        };
    }

    private void begun() {
        lock.lock();
        try {
            running++;
        } finally {
            lock.unlock();
        }
    }

    private void ended() {
        lock.lock();
        try {
            if (--running == 0) {
                idle.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Number of threads that run now, and of tasks that go on without one. */
    public int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing runs, or the deadline passes; returns whether nothing does. */
    public boolean awaitIdle(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            return idle.await(deadline, () -> running == 0);
        } finally {
            lock.unlock();
        }
    }
}
