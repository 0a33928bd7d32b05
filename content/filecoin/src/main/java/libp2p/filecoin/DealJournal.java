package libp2p.filecoin;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import libp2p.core.datastore.Datastore;
import libp2p.multiformats.MalformedException;

/** Keeps deals over restarts, by their ids. */
final class DealJournal {
    private static final System.Logger LOG = System.getLogger(DealJournal.class.getName());

    private final Datastore store;

    DealJournal(Datastore store) {
        this.store = store;
    }

    void put(UUID id, byte[] deal) throws IOException {
        store.put(Values.bytes(id), deal);
    }

    void delete(UUID id) throws IOException {
        store.delete(Values.bytes(id));
    }

    /** All deals, at most so many; what cannot be read is reported and left alone. */
    <T> List<T> load(Function<byte[], T> reader, int most) throws IOException {
        List<T> deals = new ArrayList<>();
        try (Datastore.Entries entries = store.scan(new byte[0])) {
            for (Datastore.Entry entry = entries.next(); entry != null && deals.size() < most; entry = entries.next()) {
                try {
                    deals.add(reader.apply(entry.value()));
                } catch (MalformedException e) {
                    LOG.log(System.Logger.Level.ERROR, "a stored deal cannot be read: " + e.getMessage());
                }
            }
        }
        return deals;
    }
}
