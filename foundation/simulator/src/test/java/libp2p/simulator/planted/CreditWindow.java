package libp2p.simulator.planted;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/** Credits that are handed straight to the thread that has waited longest. */
final class CreditWindow {
    private static final class Waiter {
        final TimedCondition granted;

        Waiter(TimedCondition granted) {
            this.granted = granted;
        }
    }

    private final Environment environment;
    private final @Nullable Flaw flaw;
    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<Waiter> waiters = new ArrayDeque<>();
    private int available;

    CreditWindow(Environment environment, int credits, @Nullable Flaw flaw) {
        this.environment = environment;
        this.available = credits;
        this.flaw = flaw;
    }

    void acquire() throws InterruptedException {
        environment.schedulePoint();
        lock.lock();
        try {
            if (available > 0) {
                available--;
                return;
            }
            Waiter waiter = new Waiter(new TimedCondition(environment, lock));
            waiters.add(waiter);
            try {
                waiter.granted.await(Deadline.NONE);
            } catch (InterruptedException e) {
                waiters.remove(waiter);
                throw e;
            }
            if (Thread.interrupted()) { // granted and interrupted
                if (flaw != Flaw.CREDIT_LOST_ON_CANCEL) {
                    giveBack();
                }
                throw new InterruptedException();
            }
        } finally {
            lock.unlock();
        }
    }

    void release() {
        environment.schedulePoint();
        lock.lock();
        try {
            giveBack();
        } finally {
            lock.unlock();
        }
    }

    private void giveBack() {
        Waiter first = waiters.poll();
        if (first == null) {
            available++;
        } else {
            first.granted.signal();
        }
    }
}
