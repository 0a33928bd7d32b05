package libp2p.storage;

import java.io.IOException;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import org.jspecify.annotations.Nullable;

/** A datastore that forgets with the process: for tests, and where nothing is to be kept. Thread-safe; never blocks. */
public final class MemoryDatastore implements Datastore {
    static final byte[] NO_VALUE = {};

    private final DatastoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<byte[], byte[]> entries = new TreeMap<>(Arrays::compareUnsigned);
    private boolean closed;

    /** With the default limits. */
    public MemoryDatastore() {
        this(DatastoreLimits.DEFAULT);
    }

    /** @param limits of keys, values and batches */
    public MemoryDatastore(DatastoreLimits limits) {
        this.limits = limits;
    }

    @Override
    public byte @Nullable [] get(byte[] key) throws IOException {
        lock.lock();
        try {
            checkOpen();
            byte[] value = entries.get(key);
            return value == null ? null : value.clone();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void write(List<Change> batch) throws IOException {
        limits.check(batch);
        lock.lock();
        try {
            checkOpen();
            for (Change change : batch) {
                byte[] value = change.value();
                if (value == null) {
                    entries.remove(change.key());
                } else {
                    entries.put(change.key().clone(), value.clone());
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Entries scan(Scan scan) throws IOException {
        lock.lock();
        try {
            checkOpen();
            List<Entry> found = entries.tailMap(scan.start()).entrySet().stream()
                    .takeWhile(entry -> startsWith(entry.getKey(), scan.prefix()))
                    .limit(scan.most())
                    .map(entry -> new Entry(
                            entry.getKey().clone(),
                            scan.values() ? entry.getValue().clone() : NO_VALUE))
                    .toList();
            return new Listed(found.iterator());
        } finally {
            lock.unlock();
        }
    }

    static boolean startsWith(byte[] key, byte[] prefix) {
        return key.length >= prefix.length && Arrays.equals(key, 0, prefix.length, prefix, 0, prefix.length);
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new IOException("the datastore is closed");
        }
    }

    @Override
    public String toString() {
        return "datastore in memory";
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    private record Listed(Iterator<Entry> iterator) implements Entries {
        @Override
        public @Nullable Entry next() {
            return iterator.hasNext() ? iterator.next() : null;
        }

        @Override
        public void close() {}
    }
}
