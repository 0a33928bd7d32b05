package libp2p.simulator.planted;

import java.util.concurrent.locks.LockSupport;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import org.jspecify.annotations.Nullable;

/** Lets one waiting thread through once it is open, without a lock. */
final class Gate {
    private final Environment environment;
    private final @Nullable Flaw flaw;
    private volatile boolean open;
    private volatile @Nullable Thread waiter;

    Gate(Environment environment, @Nullable Flaw flaw) {
        this.environment = environment;
        this.flaw = flaw;
    }

    void open() {
        open = true;
        environment.schedulePoint();
        LockSupport.unpark(waiter);
    }

    void pass() {
        if (flaw == Flaw.MISSED_UNPARK) {
            if (!open) {
                environment.schedulePoint();
                waiter = Thread.currentThread();
                LockSupport.park(this);
            }
            return;
        }
        waiter = Thread.currentThread();
        if (flaw == Flaw.IF_INSTEAD_OF_WHILE) {
            if (!open) {
                environment.park(this, Deadline.NONE);
            }
            return;
        }
        while (!open) {
            environment.park(this, Deadline.NONE);
        }
    }

    boolean isOpen() {
        return open;
    }
}
