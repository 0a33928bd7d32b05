package libp2p.blocks;

import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.Multihash;

/**
 * The blocks that writers need while they, or a collection, are under way: the write barrier of garbage collection.
 * Costs nothing while no lease is open. Thread-safe.
 */
final class Leases {
    private final ReentrantLock lock = new ReentrantLock();
    private final LeasePeriods<LeasePeriods.Period> periods = new LeasePeriods<>();

    /** @param collects whether the lease is that of a collection */
    BlockStore.Lease take(boolean collects) {
        lock.lock();
        try {
            LeasePeriods.Held<LeasePeriods.Period> held = periods.take(collects, LeasePeriods.Period::new);
            return new LocalLease(lock, periods::keep, () -> periods.release(held));
        } finally {
            lock.unlock();
        }
    }

    /** To be called before it is looked whether the block exists, so that it is not removed in between. */
    void keep(Multihash hash) {
        lock.lock();
        try {
            periods.keep(hash);
        } finally {
            lock.unlock();
        }
    }

    boolean isKept(Multihash hash) {
        lock.lock();
        try {
            return periods.isKept(hash);
        } finally {
            lock.unlock();
        }
    }
}
