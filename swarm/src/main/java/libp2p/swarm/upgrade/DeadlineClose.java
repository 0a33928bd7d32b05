package libp2p.swarm.upgrade;

import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.transport.RawConnection;

/** Closes a raw connection when its time is up, unless the upgrade was settled before; exactly one of the two happens. */
final class DeadlineClose implements Runnable {
    private static final int RUNNING = 0;
    private static final int SETTLED = 1;
    private static final int FIRED = 2;

    private final RawConnection raw;
    private final AtomicInteger state = new AtomicInteger(RUNNING);

    DeadlineClose(RawConnection raw) {
        this.raw = raw;
    }

    @Override
    public void run() {
        if (state.compareAndSet(RUNNING, FIRED)) {
            raw.close();
        }
    }

    /** Takes the connection out of the timer's hands; false if the timer was first. */
    boolean settle() {
        return state.compareAndSet(RUNNING, SETTLED);
    }

    boolean fired() {
        return state.get() == FIRED;
    }
}
