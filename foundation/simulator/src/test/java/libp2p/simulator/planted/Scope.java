package libp2p.simulator.planted;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** Counts what is taken, up to a limit. */
final class Scope {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final int limit;
    private final ReentrantLock lock = new ReentrantLock();
    private int used;

    Scope(Environment environment, int limit, @Nullable Flaw flaw) {
        this.environment = environment;
        this.limit = limit;
        this.flaw = flaw;
    }

    boolean reserve() {
        if (flaw == Flaw.CHECK_THEN_ACT) {
            return reserveNow();
        }
        lock.lock();
        try {
            return reserveNow();
        } finally {
            lock.unlock();
        }
    }

    private boolean reserveNow() {
        if (used == limit) {
            return false;
        }
        environment.schedulePoint();
        used++;
        return true;
    }

    int used() {
        return used;
    }
}
