package libp2p.storage;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore.Change;
import org.h2.mvstore.DataUtils;
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
    private final DatastoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /** Held while changes are made and committed, so that no batch is committed in part. */
    private final ReentrantLock writing = new ReentrantLock();

    private final LazyChanges lazy;
    private Opened opened;
    private boolean failed;
    /** The version that was forced last, or that was opened. */
    private volatile long forced;

    private boolean closed;
    private int commits;

    /** @throws IOException also if the file is read-only */
    StoreFile(String name, DatastoreLimits limits, LazyChanges lazy) throws IOException {
        this.name = name;
        this.limits = limits;
        this.lazy = lazy;
        opened = open();
        if (opened.store().getFileStore().isReadOnly()) {
            opened.store().closeImmediately();
            throw readOnly();
        }
    }

    private IOException readOnly() {
        return new IOException("datastore " + name + " is read-only");
    }

    /** The engine with the file, as the last process has closed it, or as a failure of the power has left it. */
    private MVStore engine() throws IOException {
        MVStoreException failure = null;
        long opened = -1;
        try {
            MVStore store = openEngine();
            if (store.getFileStore().isReadOnly() || wasClosed(store) && isWhole(store)) {
                return store;
            }
            opened = store.getFileStore().lastChunkVersion();
            store.closeImmediately();
        } catch (MVStoreException e) {
            if (e.getErrorCode() != DataUtils.ERROR_FILE_CORRUPT) {
                throw e;
            }
            failure = e;
        }
        TornChunks left = TornChunks.scan(name);
        if (failure != null && left.isUnborn()) {
            left.empty();
            return openEngine();
        }
        if (failure != null && !left.hasHeader()) {
            throw failure;
        }
        long version = left.newestBefore(Long.MAX_VALUE);
        boolean isNamed = opened == version && !left.isAnyBeyond(version);
        while (true) {
            if (!isNamed) {
                left.goOnFrom(version);
            }
            MVStore store = openEngine();
            if (store.getFileStore().lastChunkVersion() == version && isWhole(store)) {
                return store;
            }
            store.closeImmediately(); // something that it needs is not there
            if (version == 0) {
                throw new IOException(
                        "datastore " + name
                                + ": it is damaged. Put an older copy back, or move it away: what it had is lost then",
                        failure);
            }
            version = left.newestBefore(version);
            isNamed = false;
        }
    }

    private static boolean isWhole(MVStore store) {
        return store.getFileStore() instanceof CheckedFile file && file.isWhole();
    }

    private MVStore openEngine() {
        return openEngine(new CheckedFile(name, Math.max(1, limits.cacheBytes() >> 20)));
    }

    private static MVStore openEngine(CheckedFile file) {
        boolean done = false;
        try {
            MVStore store = new MVStore.Builder()
                    .adoptFileStore(file)
                    .autoCommitDisabled()
                    .open();
            done = true;
            return store;
        } catch (
                AssertionError
                        e) { // where assertions are on, the engine looks by them at what it reads from a torn file
            throw DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "The file is torn: {0}", e);
        } finally {
            if (!done) {
                file.close();
            }
        }
    }

    /**
     * Whether the file was closed, and the engine has opened what was closed. It opens an older version if the file names
     * a dead chunk whose place has been written to by a commit that a failure of the power has taken in part: then
     * it considers only the chunks that it has looked at before, to which the newest does not belong. The last chunk of a file
     * that is closed and the header that tells so are written together, so that the chunk is to be looked at too.
     */
    private static boolean wasClosed(MVStore store) {
        Map<String, Object> header = store.getStoreHeader();
        return header.get("clean") != null
                && Long.parseLong(String.valueOf(header.get("version")), 16)
                        <= store.getFileStore().lastChunkVersion();
    }

    private Opened open() throws IOException {
        MVStore store = engine();
        boolean done = false;
        try {
            store.setRetentionTime(0); // every commit is forced: the next may use the space that it freed
            MVMap<byte[], byte[]> map = store.openMap(
                    "entries",
                    new MVMap.Builder<byte[], byte[]>()
                            .keyType(ByteArrayDataType.INSTANCE)
                            .valueType(ByteArrayDataType.INSTANCE));
            forced = store.getFileStore().lastChunkVersion();
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
                forgetUnforced();
                opened = open();
                failed = false;
            }
            return opened;
        } finally {
            lock.unlock();
        }
    }

    /**
     * After a force that failed, the file can be read as if it was on the disk, and no later force brings it there: what
     * would be written from now on would rely on chunks that a failure of the power takes.
     */
    private void forgetUnforced() throws IOException {
        TornChunks left = TornChunks.scan(name);
        if (left.hasHeader() && left.isAnyBeyond(forced)) {
            left.goOnFrom(left.newestBefore(forced + 1));
        }
    }

    /** @param which the opening that failed, or null if the file could not be opened at all */
    private void failed(@Nullable Opened which) {
        lock.lock();
        try {
            if (which != null && opened == which && !failed) {
                failed = true;
                which.store().closeImmediately();
            }
        } finally {
            lock.unlock();
        }
        lazy.lose(); // or writers that wait for room would wait for ever
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

    /**
     * Durable when it returns; all batches, and the lazily durable changes before them, become durable together. After
     * a failure none of them has been made.
     */
    void commit(List<List<Change>> batches) throws IOException {
        Opened at = null;
        boolean done = false;
        try {
            at = current();
            commit(batches, at);
            done = true;
        } finally {
            if (!done) {
                failed(at);
            }
        }
        if (++commits % limits.tidyCommits() == 0) {
            tidy(at);
        }
    }

    private void commit(List<List<Change>> batches, Opened at) throws IOException {
        if (at.store().getFileStore().isReadOnly()) {
            throw readOnly();
        }
        List<LazyChanges.Handover> lately;
        writing.lock();
        try {
            applyLazy(at);
            for (List<Change> batch : batches) {
                apply(batch, at.map());
            }
            at.store().commit();
            lately = lazy.unforced();
        } finally {
            writing.unlock();
        }
        long version = at.store().getFileStore().lastChunkVersion();
        at.store().sync();
        forced = version;
        lazy.forced(lately);
    }

    /** Gives the engine the lazily durable changes without forcing them: the next commit does. */
    void applyLazy() throws IOException {
        Opened at = current();
        boolean done = false;
        writing.lock(); // a commit in the middle would make a part of a batch durable
        try {
            applyLazy(at);
            done = true;
        } finally {
            writing.unlock();
            if (!done) {
                failed(at);
            }
        }
    }

    private void applyLazy(Opened at) {
        LazyChanges.Handover handover = lazy.handOver();
        if (handover != null) {
            apply(handover.changes(), at.map());
            lazy.arrived(handover);
        }
    }

    private static void apply(Collection<Change> changes, MVMap<byte[], byte[]> map) {
        for (Change change : changes) {
            byte[] value = change.value();
            if (value == null) {
                map.remove(change.key());
            } else {
                map.put(change.key(), value);
            }
        }
    }

    /**
     * Moves what lives out of nearly dead chunks; forced like any commit, before the next may use the space that it
     * freed.
     */
    private void tidy(Opened at) {
        writing.lock(); // compacting commits
        try {
            if (at.store().compact(FILL_RATE, TIDY_BYTES)) {
                at.store().sync();
                forced = at.store().getFileStore().lastChunkVersion();
            }
        } catch (RuntimeException e) {
            LOG.log(Level.WARNING, "datastore " + name + " could not be made smaller: " + e.getMessage());
            failed(at);
        } finally {
            writing.unlock();
        }
    }

    /** Acknowledged writes are on the disk already; lazy ones are forced now. */
    void close() throws IOException {
        try {
            if (lazy.isPending()) {
                commit(List.of());
            }
        } finally {
            lock.lock();
            try {
                closed = true;
                if (!failed) {
                    opened.store().close();
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
