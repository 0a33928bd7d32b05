package libp2p.streams;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.Reservation;
import libp2p.core.resource.ResourceScope;

/**
 * The memory of one connection: one reservation that its streams share, so that nothing stays charged when the
 * connection has ended, whatever became of the streams. Thread-safe. Once closed it grants nothing it has to pay for.
 */
public final class MemoryAccount {
    private final ReentrantLock lock = new ReentrantLock();
    private final Reservation reservation;
    private boolean closed;

    MemoryAccount(ResourceScope scope) {
        try {
            this.reservation = scope.reserve(0, Reservation.ALWAYS);
        } catch (LimitExceededException impossible) {
            throw new IllegalStateException(
                    "the resource scope refused a reservation of 0 bytes, which its ResourceManager must grant",
                    impossible);
        }
    }

    /** Charges what a stream cannot do without. */
    void take(long bytes) throws LimitExceededException {
        lock.lock();
        try {
            if (!closed) {
                reservation.grow(bytes, Reservation.ALWAYS);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Charges what a stream of the remote peer cannot do without; returns whether it may. */
    boolean tryTake(long bytes) {
        return tryGrow(bytes, Reservation.ALWAYS);
    }

    /** Charges what a stream would like to have; returns whether it may. */
    boolean tryTakeMore(long bytes) {
        return tryGrow(bytes, Reservation.MEDIUM);
    }

    private boolean tryGrow(long bytes, int priority) {
        lock.lock();
        try {
            return !closed && reservation.tryGrow(bytes, priority);
        } finally {
            lock.unlock();
        }
    }

    /** Gives some back. */
    void giveBack(long bytes) {
        lock.lock();
        try {
            if (!closed) {
                reservation.shrink(bytes);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives everything back. */
    void close() {
        lock.lock();
        try {
            closed = true;
            reservation.close();
        } finally {
            lock.unlock();
        }
    }
}
