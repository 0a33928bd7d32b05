package libp2p.simulator.planted;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.core.environment.Timer;
import org.jspecify.annotations.Nullable;

/** Operations one after the other, each with a time limit. */
final class Operation {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final ReentrantLock lock = new ReentrantLock();
    private Timer timer = () -> {};
    private long number;
    private boolean late;

    Operation(Environment environment, @Nullable Flaw flaw) {
        this.environment = environment;
        this.flaw = flaw;
    }

    void begin(long nanos) {
        lock.lock();
        try {
            long mine = ++number;
            late = false;
            timer = environment.schedule(nanos, () -> expire(mine));
        } finally {
            lock.unlock();
        }
    }

    private void expire(long which) {
        lock.lock();
        try {
            if (which == number || flaw == Flaw.STALE_TIMER) {
                late = true;
            }
        } finally {
            lock.unlock();
        }
    }

    void end() {
        lock.lock();
        try {
            number++;
            timer.cancel();
        } finally {
            lock.unlock();
        }
    }

    boolean isLate() {
        lock.lock();
        try {
            return late;
        } finally {
            lock.unlock();
        }
    }
}
