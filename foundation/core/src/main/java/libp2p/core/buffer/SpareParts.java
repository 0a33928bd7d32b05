package libp2p.core.buffer;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Parts that wait for their next use, a bounded number of them. Thread-safe; never blocks: a thread that finds them
 * busy gets none, or leaves its own to the garbage collector.
 *
 * @param <T> the parts
 */
public final class SpareParts<T> {
    /** The lock is held for a few instructions only; waiting for it on a virtual thread would cost more than a part. */
    private static final int SPINS = 100;

    private final ReentrantLock lock = new ReentrantLock();
    private final ArrayDeque<T> parts = new ArrayDeque<>();
    private final int most;

    /** @param most that may lie unused */
    public SpareParts(int most) {
        this.most = most;
    }

    /** The part that came back last, or null. */
    public @Nullable T take() {
        if (!enter()) {
            return null;
        }
        try {
            return parts.pollLast();
        } finally {
            lock.unlock();
        }
    }

    /** Takes a part back, if there is room; the caller must not touch it again. */
    public void give(T part) {
        if (enter()) {
            try {
                if (parts.size() < most) {
                    parts.addLast(part);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private boolean enter() {
        for (int i = 0; i < SPINS; i++) {
            if (lock.tryLock()) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }
}
