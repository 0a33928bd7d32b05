package libp2p.simulator.planted;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/** Hands items from many threads to one. */
final class Mailbox<T> {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition filled;
    private final ArrayDeque<T> items = new ArrayDeque<>();

    Mailbox(Environment environment, @Nullable Flaw flaw) {
        this.environment = environment;
        this.flaw = flaw;
        this.filled = new TimedCondition(environment, lock);
    }

    void put(T item) {
        if (flaw == Flaw.SIGNAL_BEFORE_STATE) {
            lock.lock();
            filled.signal();
            lock.unlock();
            environment.schedulePoint();
            lock.lock();
            items.add(item);
            lock.unlock();
            return;
        }
        lock.lock();
        try {
            items.add(item);
            filled.signal();
        } finally {
            lock.unlock();
        }
    }

    T take() throws InterruptedException {
        if (flaw == Flaw.LOST_WAKE_UP) {
            while (isEmpty()) {
                environment.schedulePoint();
                lock.lock();
                try {
                    filled.await(Deadline.NONE);
                } finally {
                    lock.unlock();
                }
            }
        }
        lock.lock();
        try {
            while (items.isEmpty()) {
                filled.await(Deadline.NONE);
            }
            return items.remove();
        } finally {
            lock.unlock();
        }
    }

    private boolean isEmpty() {
        lock.lock();
        try {
            return items.isEmpty();
        } finally {
            lock.unlock();
        }
    }
}
