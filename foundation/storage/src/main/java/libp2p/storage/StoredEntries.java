package libp2p.storage;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import libp2p.core.datastore.Datastore.Entries;
import libp2p.core.datastore.Datastore.Entry;
import libp2p.core.datastore.Datastore.Scan;
import libp2p.core.environment.Environment;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.jspecify.annotations.Nullable;

/** A walk over the version of the map that was there when it began, a chunk of entries per call to the disk. */
final class StoredEntries implements Entries {
    private static final int CHUNK = 1024;
    private static final int CHUNK_BYTES = 1 << 20;

    private final Environment environment;
    private final String file;
    private final MVStore store;
    private final MVStore.TxCounter version;
    private final byte[] prefix;
    private final boolean values;
    private final Cursor<byte[], byte[]> cursor;
    private Iterator<Entry> chunk = Collections.emptyIterator();
    private boolean atEnd;
    private boolean closed;

    StoredEntries(Environment environment, String file, MVStore store, MVMap<byte[], byte[]> map, Scan scan) {
        this.environment = environment;
        this.file = file;
        this.store = store;
        this.version = store.registerVersionUsage(); // or the space of what the cursor has yet to read is used
        // again
        this.prefix = scan.prefix().clone();
        this.values = scan.values();
        this.cursor = map.cursor(scan.start().clone());
    }

    @Override
    public @Nullable Entry next() throws IOException {
        if (closed) {
            throw new IOException("the scan is closed");
        }
        if (!chunk.hasNext() && !atEnd) {
            chunk = FileDatastore.offload(environment, file, this::read).iterator();
        }
        return chunk.hasNext() ? chunk.next() : null;
    }

    private List<Entry> read() {
        List<Entry> entries = new ArrayList<>(CHUNK);
        int bytes = 0;
        while (entries.size() < CHUNK && bytes < CHUNK_BYTES) {
            if (!cursor.hasNext() || !MemoryDatastore.startsWith(cursor.next(), prefix)) {
                atEnd = true;
                break;
            }
            Entry entry = new Entry(
                    cursor.getKey().clone(), values ? cursor.getValue().clone() : MemoryDatastore.NO_VALUE);
            bytes += entry.key().length + entry.value().length;
            entries.add(entry);
        }
        return entries;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            store.deregisterVersionUsage(version);
        }
    }
}
