package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.datastore.Datastore;
import org.jspecify.annotations.Nullable;

/**
 * Writes many changes to a datastore, in batches of some 100 KiB, since a batch is in memory several times while it is
 * written. Changes that are added between two calls of
 * {@link #begin} are written together. One thread at a time.
 */
final class ChangeBatches {
    private static final int CHANGES = 4096;
    private static final int BYTES = 512 << 10;

    private final Datastore datastore;
    private final List<Datastore.Change> unlessOne;
    private List<Datastore.Change> batch = new ArrayList<>();
    private int bytes;
    private boolean isFirst = true;

    /** @param unlessOne changes that are made with the first batch if it is not the only one */
    ChangeBatches(Datastore datastore, List<Datastore.Change> unlessOne) {
        this.datastore = datastore;
        this.unlessOne = unlessOne;
    }

    /** Changes that follow may be in another batch; blocks for the disk. */
    void begin() throws IOException {
        if (batch.size() >= CHANGES || bytes >= BYTES) {
            if (isFirst) {
                batch.addAll(unlessOne);
            }
            end();
            isFirst = false;
        }
    }

    void add(byte[] key, byte @Nullable [] value) {
        batch.add(new Datastore.Change(key, value));
        bytes += key.length + (value == null ? 0 : value.length);
    }

    /** Writes what is left; blocks for the disk. */
    void end() throws IOException {
        if (!batch.isEmpty()) {
            datastore.write(batch);
            batch = new ArrayList<>();
            bytes = 0;
        }
    }
}
