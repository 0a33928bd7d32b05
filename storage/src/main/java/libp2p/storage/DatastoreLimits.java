package libp2p.storage;

import java.util.List;
import libp2p.core.datastore.Datastore.Change;

/**
 * The bounds of a datastore.
 *
 * @param keyBytes bytes of a key
 * @param valueBytes bytes of a value
 * @param batchChanges changes of one batch
 * @param batchBytes bytes of the keys and values of one batch
 * @param waitingWrites batches that wait for the disk; more callers wait before theirs is taken
 * @param cacheBytes bytes of entries that are kept in memory, about
 * @param tidyCommits commits between two looks at how much of the file is dead
 * @param lazyChanges lazily durable changes that may wait in memory to be forced; a write beyond waits for the disk
 * @param lazyBytes bytes of the keys and values of these changes
 */
public record DatastoreLimits(
        int keyBytes,
        int valueBytes,
        int batchChanges,
        int batchBytes,
        int waitingWrites,
        int cacheBytes,
        int tidyCommits,
        int lazyChanges,
        long lazyBytes) {
    /** The defaults. */
    public static final DatastoreLimits DEFAULT =
            new DatastoreLimits(1024, 4 << 20, 10_000, 16 << 20, 256, 16 << 20, 8, 100_000, 16 << 20);

    /** The same with another number of commits between two looks at how much of the file is dead, at least 1. */
    public DatastoreLimits withTidyCommits(int commits) {
        return new DatastoreLimits(
                keyBytes,
                valueBytes,
                batchChanges,
                batchBytes,
                waitingWrites,
                cacheBytes,
                commits,
                lazyChanges,
                lazyBytes);
    }

    /** The same with another size of what is kept in memory of the entries, at least 1 MiB. */
    public DatastoreLimits withCacheBytes(int bytes) {
        return new DatastoreLimits(
                keyBytes,
                valueBytes,
                batchChanges,
                batchBytes,
                waitingWrites,
                bytes,
                tidyCommits,
                lazyChanges,
                lazyBytes);
    }

    /**
     * The same with other bounds of what may wait in memory to be forced.
     *
     * @param changes at least 0
     * @param bytes at least 0
     */
    public DatastoreLimits withLazy(int changes, long bytes) {
        return new DatastoreLimits(
                keyBytes, valueBytes, batchChanges, batchBytes, waitingWrites, cacheBytes, tidyCommits, changes, bytes);
    }

    /** Whether a batch may be lazy at all: one beyond the bounds is made durable at once. */
    boolean mayWait(List<Change> batch) {
        return batch.size() <= lazyChanges && LazyChanges.bytes(batch) <= lazyBytes;
    }

    /** @throws IllegalArgumentException if the batch exceeds a limit */
    void check(List<Change> batch) {
        if (batch.size() > batchChanges) {
            throw new IllegalArgumentException(
                    "datastore: " + batch.size() + " changes in a batch, more than the limit of " + batchChanges);
        }
        long sum = 0;
        for (Change change : batch) {
            byte[] value = change.value();
            int length = value == null ? 0 : value.length;
            if (change.key().length > keyBytes || length > valueBytes) {
                throw new IllegalArgumentException("datastore: a key of " + change.key().length
                        + " bytes with a value of " + length + " bytes, more than the limits of " + keyBytes
                        + " and "
                        + valueBytes);
            }
            sum += change.key().length + length;
        }
        if (sum > batchBytes) {
            throw new IllegalArgumentException(
                    "datastore: a batch of " + sum + " bytes, more than the limit of " + batchBytes);
        }
    }
}
