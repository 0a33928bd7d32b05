package libp2p.blocks;

import java.util.Collection;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.multiformats.Multihash;

/** A lease of a store that no other process uses. Thread-safe. */
final class LocalLease implements BlockStore.Lease {
    private final ReentrantLock lock;
    private final Consumer<Multihash> keeping;
    private final Runnable release;
    private boolean closed;

    /**
     * A lease that is open.
     *
     * @param lock of the store, held when the others are called
     */
    LocalLease(ReentrantLock lock, Consumer<Multihash> keeping, Runnable release) {
        this.lock = lock;
        this.keeping = keeping;
        this.release = release;
    }

    @Override
    public void keep(Collection<Multihash> hashes) {
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException("the lease has ended");
            }
            hashes.forEach(keeping);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            if (!closed) {
                release.run();
            }
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
