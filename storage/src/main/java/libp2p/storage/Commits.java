package libp2p.storage;

import java.util.List;
import libp2p.core.datastore.Datastore.Change;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;

/** Applies batches to the store and forces them to the disk, and now and then moves what lives out of nearly dead chunks. */
final class Commits {
    /** Commits between two looks at how full the file is. */
    private static final int TIDY_EVERY = 256;

    /** Percent of the file that is to be alive. */
    private static final int FILL_RATE = 50;

    /** Bytes that one look moves at most, about. */
    private static final int TIDY_BYTES = 4 << 20;

    private final MVStore store;
    private final MVMap<byte[], byte[]> map;
    private int commits;

    Commits(MVStore store, MVMap<byte[], byte[]> map) {
        this.store = store;
        this.map = map;
    }

    /** Durable when it returns; all batches become durable together. */
    void commit(List<List<Change>> batches) {
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
        store.commit();
        store.sync();
        if (++commits % TIDY_EVERY == 0) {
            store.compact(FILL_RATE, TIDY_BYTES);
        }
    }
}
