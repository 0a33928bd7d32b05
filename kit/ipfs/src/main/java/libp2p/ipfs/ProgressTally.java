package libp2p.ipfs;

import java.util.concurrent.locks.ReentrantLock;

/** Adds up the bytes of blocks that come on several threads, and tells of the sums in their order. Thread-safe. */
final class ProgressTally {
    private final ProgressListener listener;
    private final ReentrantLock lock = new ReentrantLock();
    private long bytes;

    ProgressTally(ProgressListener listener) {
        this.listener = listener;
    }

    /** Tells of the bytes of one more block; another thread waits until the listener has heard of them. */
    void add(int count) {
        lock.lock();
        try {
            bytes += count;
            listener.progressed(bytes);
        } finally {
            lock.unlock();
        }
    }
}
