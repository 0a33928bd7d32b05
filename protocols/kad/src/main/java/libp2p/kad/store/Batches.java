package libp2p.kad.store;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import libp2p.core.datastore.Datastore;

/** Writes more changes than a datastore takes at once: one batch after the other, each whole or not at all. */
final class Batches {
    private static final int CHANGES = 5000;

    private Batches() {}

    /** All are durable when this returns. */
    static void write(Datastore datastore, List<Datastore.Change> changes) throws IOException {
        for (int from = 0; from < changes.size(); from += CHANGES) {
            datastore.write(changes.subList(from, Math.min(changes.size(), from + CHANGES)));
        }
    }

    static void writeLazily(Datastore datastore, List<Datastore.Change> changes, Duration within) throws IOException {
        for (int from = 0; from < changes.size(); from += CHANGES) {
            datastore.writeLazily(changes.subList(from, Math.min(changes.size(), from + CHANGES)), within);
        }
    }
}
