package libp2p.storage;

import java.util.List;
import libp2p.core.datastore.Datastore.Change;
import libp2p.core.limits.Bound;
import libp2p.core.limits.Bounds;
import libp2p.core.limits.LimitGroup;

/** The bounds of a datastore. */
@LimitGroup("datastore")
public record DatastoreLimits(
        @Bound(
                value = "1KiB",
                least = "256",
                most = "64KiB",
                unit = "bytes",
                is = "in one key; a write with a longer one is refused")
        int keyBytes,

        @Bound(
                value = "4MiB",
                least = "128KiB",
                most = "256MiB",
                unit = "bytes",
                is = "in one value; a write with a longer one is refused")
        int valueBytes,

        @Bound(
                value = "10000",
                least = "8192",
                most = "1000000",
                unit = "changes",
                is = "in one batch; one with more is refused")
        int batchChanges,

        @Bound(
                value = "16MiB",
                least = "1MiB",
                most = "256MiB",
                unit = "bytes",
                is = "in the keys and values of one batch; a larger one is refused")
        int batchBytes,

        @Bound(
                value = "256",
                least = "1",
                most = "100000",
                unit = "batches",
                is = "that wait for the disk; writers of further ones wait for a place")
        int waitingWrites,

        @Bound(
                value = "16MiB",
                least = "1MiB",
                most = "1GiB",
                unit = "bytes",
                is = "of entries that stay in memory, about, in whole MiB")
        int cacheBytes,

        @Bound(
                value = "8",
                least = "1",
                most = "1000000",
                unit = "commits",
                is = "between two looks at how much of the file is dead and may be given back")
        int tidyCommits,

        @Bound(
                value = "100000",
                least = "0",
                most = "10000000",
                unit = "changes",
                is = "that wait in memory for the disk, beyond which writers wait; 0: each write is durable at once")
        int lazyChanges,

        @Bound(
                value = "16MiB",
                least = "0",
                most = "1GiB",
                unit = "bytes",
                is =
                        "in the changes that wait in memory for the disk, beyond which writers wait; 0: each write is durable at once")
        long lazyBytes) {
    /** The defaults. */
    public static final DatastoreLimits DEFAULT = Bounds.defaults(DatastoreLimits.class);

    public DatastoreLimits {
        Bounds.check(
                DatastoreLimits.class,
                keyBytes,
                valueBytes,
                batchChanges,
                batchBytes,
                waitingWrites,
                cacheBytes,
                tidyCommits,
                lazyChanges,
                lazyBytes);
    }

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
