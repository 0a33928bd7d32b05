package libp2p.blocks;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import org.jspecify.annotations.Nullable;

/**
 * Brings the index into its datastore, one snapshot at a time, together with the point of the log up to which it knows
 * everything. Shares the lock of the store. Thread-safe.
 */
final class IndexSaves {
    private final Environment environment;
    private final BlockIndex index;
    private final int unindexed;
    private final LogLeases leases;
    private final ReentrantLock lock;
    private final TimedCondition changed;
    private int reachedSegment;
    private long reachedOffset;
    private long saves;
    private @Nullable IOException failure;

    /**
     * An index that knows the log up to a point.
     *
     * @param unindexed blocks that are found again by reading the log after a crash
     */
    IndexSaves(
            Environment environment,
            BlockIndex index,
            int unindexed,
            LogLeases leases,
            int segment,
            long offset,
            ReentrantLock lock,
            TimedCondition changed) {
        this.environment = environment;
        this.index = index;
        this.unindexed = unindexed;
        this.leases = leases;
        this.lock = lock;
        this.changed = changed;
        reachedSegment = segment;
        reachedOffset = offset;
    }

    /** File of the point of {@link #reached}; called with the lock held. */
    int reachedSegment() {
        return reachedSegment;
    }

    /** The point of {@link #reached} in its file; called with the lock held. */
    long reachedOffset() {
        return reachedOffset;
    }

    /** All of the log before a point is in the index, which is saved if it is due; called with the lock held. */
    void reached(int segment, long offset) {
        reachedSegment = segment;
        reachedOffset = offset;
        if (index.isDue(unindexed)) {
            BlockIndex.Snapshot snapshot = index.snapshot(segment, offset);
            environment.start("blocks index", () -> save(snapshot));
        }
    }

    private void save(BlockIndex.Snapshot snapshot) {
        IOException cause = null;
        try {
            index.save(snapshot);
        } catch (IOException | RuntimeException | Error e) { // or writers would wait for the end of the save for ever
            cause = e instanceof IOException io ? io : new StoreException("block store: " + e, e);
            System.getLogger(SegmentBlockStore.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            "the index of blocks could not be written: " + cause.getMessage());
        }
        lock.lock();
        try {
            if (cause == null) {
                index.saved(leases.begun());
            } else {
                index.unsaved(snapshot);
            }
            saves++;
            failure = cause;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Saves all that was acknowledged before; blocks for the disk. */
    void flush() throws IOException {
        BlockIndex.Snapshot snapshot = null;
        lock.lock();
        try {
            long target = saves + (index.isSaving() ? 2 : 1);
            while (saves < target && snapshot == null) {
                if (index.isSaving()) {
                    await();
                } else {
                    snapshot = index.snapshot(reachedSegment, reachedOffset);
                }
            }
        } finally {
            lock.unlock();
        }
        if (snapshot != null) {
            save(snapshot);
        }
        lock.lock();
        try {
            throwFailure();
        } finally {
            lock.unlock();
        }
    }

    private void await() throws IOException {
        try {
            changed.await(Deadline.NONE);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while writing the index of blocks");
        }
    }

    private void throwFailure() throws StoreException {
        if (failure != null) {
            throw new StoreException("the index of blocks could not be written", failure);
        }
    }
}
