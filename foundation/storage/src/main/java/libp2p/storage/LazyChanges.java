package libp2p.storage;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore.Change;
import org.jspecify.annotations.Nullable;

/**
 * Lazily durable changes, kept in memory until the engine takes many of them at once. A change is first kept here, then
 * handed over to the engine, then forced to the disk; the bounds hold for all that is not forced. Of several changes of
 * a key the last is kept, which loses nothing: all that is kept is handed over together. Thread-safe; one thread at a
 * time hands over.
 */
final class LazyChanges {
    /** Changes that the engine gets together. */
    static final class Handover {
        private final SortedMap<byte[], Change> byKey;
        private final long bytes;

        private Handover(SortedMap<byte[], Change> byKey, long bytes) {
            this.byKey = byKey;
            this.bytes = bytes;
        }

        /** In the order of the keys, which spares the engine from visiting a page twice. */
        Collection<Change> changes() {
            return byKey.values();
        }
    }

    private final DatastoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition room = lock.newCondition();
    /** Handed over, not forced. */
    private final Deque<Handover> unforced = new ArrayDeque<>();

    private TreeMap<byte[], Change> kept = new TreeMap<>(Arrays::compareUnsigned);
    private long keptBytes;
    /** Handed over, but perhaps not yet to be read from the engine. */
    private @Nullable Handover moving;

    private int changes;
    private long bytes;
    private boolean lost;
    private boolean closed;

    LazyChanges(DatastoreLimits limits) {
        this.limits = limits;
    }

    /** The bytes of a batch that the bounds count. */
    static long bytes(Collection<Change> batch) {
        long sum = 0;
        for (Change change : batch) {
            sum += bytes(change);
        }
        return sum;
    }

    private static int bytes(Change change) {
        byte[] value = change.value();
        return change.key().length + (value == null ? 0 : value.length);
    }

    /**
     * Keeps a batch, whole; waits while there is no room for it.
     *
     * @param batch within the bounds, and not changed later
     * @param commitSoon asks for a commit without waiting; called when more than half of the room is taken
     * @throws IOException if earlier changes are lost, or the datastore is closed; the batch is then not kept
     */
    void add(List<Change> batch, Runnable commitSoon) throws IOException {
        long size = bytes(batch);
        lock.lock();
        try {
            while (!closed && !lost && !fits(batch.size(), size)) {
                commitSoon.run();
                room.await();
            }
            checkLost();
            if (closed) {
                throw new IOException("the datastore is closed");
            }
            for (Change change : batch) {
                keep(change);
            }
            if (kept.size() > limits.lazyChanges() / 2 || keptBytes > limits.lazyBytes() / 2) {
                commitSoon.run();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted while a lazily durable write waits for room");
        } finally {
            lock.unlock();
        }
    }

    private boolean fits(int more, long size) {
        return changes + more <= limits.lazyChanges() && bytes + size <= limits.lazyBytes();
    }

    private void keep(Change change) {
        Change before = kept.put(change.key(), change);
        int size = bytes(change);
        if (before == null) {
            changes++;
        } else {
            size -= bytes(before);
        }
        keptBytes += size;
        bytes += size;
    }

    /** The last change of a key that the engine may not have yet. */
    @Nullable
    Change find(byte[] key) {
        lock.lock();
        try {
            Change change = kept.get(key);
            return change == null && moving != null ? moving.byKey.get(key) : change;
        } finally {
            lock.unlock();
        }
    }

    /** Takes what is kept for the engine, or null if nothing is; it can be found until it {@link #arrived}. */
    @Nullable
    Handover handOver() {
        lock.lock();
        try {
            if (kept.isEmpty()) {
                return null;
            }
            Handover handover = new Handover(kept, keptBytes);
            moving = handover;
            unforced.add(handover);
            kept = new TreeMap<>(Arrays::compareUnsigned);
            keptBytes = 0;
            return handover;
        } finally {
            lock.unlock();
        }
    }

    /** The engine has these changes: they are read from there. */
    void arrived(Handover handover) {
        lock.lock();
        try {
            if (moving == handover) {
                moving = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** The changes that the next force makes durable. */
    List<Handover> unforced() {
        lock.lock();
        try {
            return List.copyOf(unforced);
        } finally {
            lock.unlock();
        }
    }

    /** Whether anything is not forced. */
    boolean isPending() {
        lock.lock();
        try {
            return changes > 0;
        } finally {
            lock.unlock();
        }
    }

    /** These changes are durable. */
    void forced(List<Handover> handovers) {
        if (handovers.isEmpty()) {
            return;
        }
        lock.lock();
        try {
            for (Handover handover : handovers) {
                if (unforced.remove(handover)) { // or they were lost meanwhile
                    changes -= handover.byKey.size();
                    bytes -= handover.bytes;
                }
            }
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The disk did not take them: all that is not forced is lost, and the next write or sync says so. */
    void lose() {
        lock.lock();
        try {
            lost |= changes > 0;
            kept = new TreeMap<>(Arrays::compareUnsigned);
            keptBytes = 0;
            moving = null;
            unforced.clear();
            changes = 0;
            bytes = 0;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** @throws IOException once after lazily durable changes were lost */
    void throwLost() throws IOException {
        lock.lock();
        try {
            checkLost();
        } finally {
            lock.unlock();
        }
    }

    private void checkLost() throws IOException {
        if (lost) {
            lost = false;
            throw new IOException(
                    "earlier writes that were to become durable later are lost: the disk did not take them");
        }
    }

    /** Keeps no more; writes that wait for room fail. */
    void close() {
        lock.lock();
        try {
            closed = true;
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
