package libp2p.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore.Change;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.h2.mvstore.type.ByteArrayDataType;
import org.jspecify.annotations.Nullable;

/**
 * The file as the engine has it open. After a failure to write the engine gives up; the file is then opened anew, with
 * what was acknowledged and nothing else, at once or by the next call. All methods wait for the disk: they run on the
 * platform pool. Thread-safe, but for one writer at a time.
 */
final class StoreFile {
    private static final System.Logger LOG = System.getLogger(StoreFile.class.getName());

    /** Percent of the file that is to be alive. */
    private static final int FILL_RATE = 50;

    /** Bytes that one look moves at most, about. */
    private static final int TIDY_BYTES = 4 << 20;

    /** One opening of the file. */
    record Opened(MVStore store, MVMap<byte[], byte[]> map) {}

    /** Reads something. */
    @FunctionalInterface
    interface Read<T extends @Nullable Object> {
        T from(Opened opened) throws IOException;
    }

    private final String name;
    private final Limits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /** Held while changes are made and committed, so that no batch is committed in part. */
    private final ReentrantLock writing = new ReentrantLock();
    /** Bytes that were written lazily since the last commit. */
    private final AtomicLong unforced = new AtomicLong();

    private volatile Runnable loss = () -> {};
    private Opened opened;
    private boolean failed;
    private boolean closed;
    private int commits;

    /** @throws IOException also if the file is read-only */
    StoreFile(String name, Limits limits) throws IOException {
        this.name = name;
        this.limits = limits;
        opened = open();
        if (opened.store().getFileStore().isReadOnly()) {
            opened.store().closeImmediately();
            throw readOnly();
        }
    }

    private IOException readOnly() {
        return new IOException("datastore " + name + " is read-only");
    }

    private Opened open() {
        MVStore store = new MVStore.Builder()
                .fileName(name)
                .autoCommitDisabled()
                .cacheSize(Math.max(1, limits.cacheBytes() >> 20))
                .open();
        boolean done = false;
        try {
            store.setRetentionTime(0); // every commit is forced: what it freed may be used by the next
            MVMap<byte[], byte[]> map = store.openMap(
                    "entries",
                    new MVMap.Builder<byte[], byte[]>()
                            .keyType(ByteArrayDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            done = true;
            return new Opened(store, map);
        } finally {
            if (!done) {
                store.closeImmediately();
            }
        }
    }

    /** The file, opened anew if the last opening has failed. */
    private Opened current() throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the datastore is closed");
            }
            if (failed) {
                opened = open();
                failed = false;
            }
            return opened;
        } finally {
            lock.unlock();
        }
    }

    private void failed(Opened which) {
        boolean lost = false;
        lock.lock();
        try {
            if (opened == which && !failed) {
                failed = true;
                which.store().closeImmediately();
                lost = unforced.getAndSet(0) > 0;
            }
        } finally {
            lock.unlock();
        }
        if (lost) {
            loss.run();
        }
    }

    <T extends @Nullable Object> T read(Read<T> read) throws IOException {
        Opened at = current();
        try {
            return read.from(at);
        } catch (MVStoreException e) {
            Opened next = current();
            if (next == at) {
                throw e;
            }
            return read.from(next); // a write has failed meanwhile
        }
    }

    /** Durable when it returns; all batches become durable together. After a failure none of them has been made. */
    void commit(List<List<Change>> batches) throws IOException {
        Opened at = current();
        long pending = 0;
        boolean done = false;
        try {
            if (at.store().getFileStore().isReadOnly()) {
                throw readOnly();
            }
            writing.lock();
            try {
                apply(batches, at.map());
                at.store().commit();
                pending = unforced.getAndSet(0);
            } finally {
                writing.unlock();
            }
            at.store().sync();
            done = true;
        } finally {
            if (!done) {
                unforced.addAndGet(pending);
                failed(at);
            }
        }
        if (++commits % limits.tidyCommits() == 0) {
            tidy(at);
        }
    }

    /**
     * Makes the changes of a batch without forcing them: the next commit does.
     *
     * @return bytes that are not forced yet, about
     */
    long apply(List<Change> batch) throws IOException {
        Opened at = current();
        long size = 0;
        for (Change change : batch) {
            byte[] value = change.value();
            size += change.key().length + (value == null ? 0 : value.length);
        }
        writing.lock(); // a commit in the middle would make a part of the batch durable
        try {
            apply(List.of(batch), at.map());
            return unforced.addAndGet(size);
        } catch (MVStoreException e) {
            failed(at);
            throw e;
        } finally {
            writing.unlock();
        }
    }

    /** @param action run when lazily durable writes are lost, since the disk took no more */
    void onLoss(Runnable action) {
        loss = action;
    }

    private static void apply(List<List<Change>> batches, MVMap<byte[], byte[]> map) {
        for (List<Change> batch : batches) {
            for (Change change : batch) {
                byte[] value = change.value();
                if (value == null) {
                    map.remove(change.key());
                } else {
                    map.put(change.key(), value);
                }
            }
        }
    }

    /**
     * Moves what lives out of nearly dead chunks; forced like any commit, before the next may use the space that it
     * freed.
     */
    private void tidy(Opened at) {
        try {
            if (at.store().compact(FILL_RATE, TIDY_BYTES)) {
                at.store().sync();
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "datastore " + name + " could not be made smaller: " + e.getMessage());
            failed(at);
        }
    }

    /** Acknowledged writes are on the disk already; lazy ones are forced now. */
    void close() {
        lock.lock();
        try {
            closed = true;
            if (!failed) {
                if (unforced.get() > 0) {
                    opened.store().commit();
                    opened.store().sync();
                }
                opened.store().close();
            }
        } finally {
            lock.unlock();
        }
    }
}
