package libp2p.swarm;

import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.MemoryPressure;
import libp2p.core.environment.Network;
import libp2p.core.environment.TimedCondition;
import libp2p.core.environment.Timer;

/**
 * The environment of one host: the one it was given, with the threads counted that are started through it, so that closing
 * the host can wait until the last has ended. Thread-safe.
 */
public final class HostEnvironment implements Environment {
    private final Environment outside;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition idle;
    private int running;

    public HostEnvironment(Environment outside) {
        this.outside = outside;
        this.idle = new TimedCondition(outside, lock);
    }

    @Override
    public Thread start(String name, Runnable task) {
        lock.lock();
        try {
            running++;
        } finally {
            lock.unlock();
        }
        boolean started = false;
        try {
            Thread thread = outside.start(name, () -> {
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

    /** How many threads run now. */
    public int running() {
        lock.lock();
        try {
            return running;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no thread runs, or the deadline passes; returns whether none runs. */
    public boolean awaitIdle(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (running > 0) {
                if (!idle.await(deadline)) {
                    return running == 0;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public long nanoTime() {
        return outside.nanoTime();
    }

    @Override
    public Instant wallClock() {
        return outside.wallClock();
    }

    @Override
    public void park(Object blocker, Deadline deadline) {
        outside.park(blocker, deadline);
    }

    @Override
    public Timer schedule(long delayNanos, Runnable task) {
        return outside.schedule(delayNanos, task);
    }

    @Override
    public <T> T offload(Callable<T> call) throws Exception {
        return outside.offload(call);
    }

    @Override
    public RandomGenerator random(String use) {
        return outside.random(use);
    }

    @Override
    public void secureRandom(byte[] bytes) {
        outside.secureRandom(bytes);
    }

    @Override
    public Network network() {
        return outside.network();
    }

    @Override
    public MemoryPressure memoryPressure() {
        return outside.memoryPressure();
    }

    @Override
    public void schedulePoint() {
        outside.schedulePoint();
    }
}
