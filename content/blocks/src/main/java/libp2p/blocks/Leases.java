package libp2p.blocks;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.Multihash;

/**
 * The blocks that writers need while they, or a collection, are under way: the write barrier of garbage collection.
 * Costs nothing while no lease is open. Thread-safe.
 */
final class Leases {
    private final ReentrantLock lock = new ReentrantLock();
    private HashSet64 kept = new HashSet64();
    private int held;

    BlockStore.Lease take() {
        lock.lock();
        try {
            held++;
        } finally {
            lock.unlock();
        }
        return new BlockStore.Lease() {
            private boolean closed;

            @Override
            public void keep(Collection<Multihash> hashes) {
                lock.lock();
                try {
                    if (closed) {
                        throw new IllegalStateException("the lease has ended");
                    }
                    hashes.forEach(hash -> kept.add(HashSet64.key(hash)));
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void close() {
                lock.lock();
                try {
                    if (!closed && --held == 0) {
                        kept = new HashSet64();
                    }
                    closed = true;
                } finally {
                    lock.unlock();
                }
            }
        };
    }

    /** To be called before it is looked whether the block exists, so that it is not removed in between. */
    void keep(Multihash hash) {
        lock.lock();
        try {
            if (held > 0) {
                kept.add(HashSet64.key(hash));
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isKept(Multihash hash) {
        lock.lock();
        try {
            return kept.contains(HashSet64.key(hash));
        } finally {
            lock.unlock();
        }
    }
}
