package libp2p.blocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import libp2p.core.datastore.Datastore;
import libp2p.ipld.BlockSource;
import libp2p.ipld.ContentException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;
import org.jspecify.annotations.Nullable;

/**
 * The roots that garbage collection keeps, and who wants each of them: a pin ends when its last owner gives it up. A pin
 * is made only of blocks that the store holds durably, and that no collection removes meanwhile. Thread-safe; methods
 * block for the disk.
 */
public final class Pins {
    /** Extent of a pin. */
    public enum Kind {
        /** The block alone. */
        DIRECT,
        /** The block and everything below it. */
        RECURSIVE
    }

    /** The owner of the store itself, who pins by commands and by the kit. */
    public static final String OWN = "";

    /**
     * One pin.
     *
     * @param cid the root
     * @param owners who wants it, and how much of it each; at least one
     */
    public record Pin(Cid cid, SortedMap<String, Kind> owners) {
        /** Whether the root alone is kept, or all that is below it: the most that an owner wants. */
        public Kind kind() {
            return owners.containsValue(Kind.RECURSIVE) ? Kind.RECURSIVE : Kind.DIRECT;
        }
    }

    private static final byte PREFIX = 'p';
    private final Datastore datastore;
    private final BlockStore store;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile BiConsumer<Cid, Kind> observer = (cid, kind) -> {};

    /**
     * The pins of a store.
     *
     * @param datastore where the keys that begin with {@code p} are free
     * @param store that pinned blocks are in
     */
    public Pins(Datastore datastore, BlockStore store) {
        this.datastore = datastore;
        this.store = store;
    }

    /** From now on tells of each pin that was made, on the thread that made it; one observer. */
    public void observe(BiConsumer<Cid, Kind> pinned) {
        observer = pinned;
    }

    /** As {@link #add(Cid, Kind, String, BlockSource)}, for the owner of the store. */
    public void add(Cid cid, Kind kind, BlockSource source) throws IOException {
        add(cid, kind, OWN, source);
    }

    /**
     * Pins a root after everything that it keeps was got from the source, which stores what was missing. Each block is
     * kept from collections before it is looked for; those that the store lacks in the end are got once more.
     *
     * @param owner who wants it; {@link #OWN}, or a word of its own for each other, at most 200 bytes
     * @param source the store itself, or one that puts what it gets into the store
     * @throws IOException if something is missing; nothing is pinned then
     */
    public void add(Cid cid, Kind kind, String owner, BlockSource source) throws IOException {
        try (BlockStore.Lease lease = store.lease()) {
            new KeptDag(store, lease, source).keep(cid, kind);
            write(cid, kind, owner);
            lease.keep(List.of(cid.hash())); // in a shared store, a lease may have ended before the pin was seen
        }
    }

    /**
     * Pins a root below which everything has just been put into a writer; the blocks are made durable before. The
     * lease of the writer keeps them.
     *
     * @throws IOException if a block could not be written, or the root was not; nothing is pinned then
     */
    public void add(Cid cid, Kind kind, BlockWriter writer) throws IOException {
        writer.flush();
        if (!store.has(cid)) {
            throw new ContentException(cid + " was not written to this store");
        }
        write(cid, kind, OWN);
        writer.keep(cid);
    }

    private void write(Cid cid, Kind kind, String owner) throws IOException {
        lock.lock();
        try {
            datastore.put(key(cid, owner), new byte[] {(byte) kind.ordinal()});
        } finally {
            lock.unlock();
        }
        observer.accept(cid, kind);
    }

    /** Removes what the owner of the store wants; false if that was nothing. The pin stays while another wants it. */
    public boolean remove(Cid cid) throws IOException {
        return remove(cid, OWN);
    }

    /** Removes what an owner wants; false if that was nothing. The pin stays while another owner wants it. */
    public boolean remove(Cid cid, String owner) throws IOException {
        byte[] key = key(cid, owner);
        lock.lock();
        try {
            boolean there = datastore.has(key);
            if (there) {
                datastore.delete(key);
            }
            return there;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a root is pinned, for whomever. */
    public boolean has(Cid cid) throws IOException {
        return get(cid) != null;
    }

    /** Whether a root is pinned for an owner. */
    public boolean has(Cid cid, String owner) throws IOException {
        return datastore.has(key(cid, owner));
    }

    /** The pin of a root, or null. */
    public @Nullable Pin get(Cid cid) throws IOException {
        List<Pin> pins = list(key(cid, OWN));
        return pins.isEmpty() ? null : pins.getFirst();
    }

    /** All pins, by CID. */
    public List<Pin> list() throws IOException {
        return list(new byte[] {PREFIX});
    }

    /** The pins of keys that stand next to each other; the bytes of no CID begin with those of another. */
    private List<Pin> list(byte[] prefix) throws IOException {
        List<Pin> pins = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(prefix)) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                ByteBuffer key = ByteBuffer.wrap(entry.key(), 1, entry.key().length - 1);
                Cid cid = Cid.decode(key);
                if (pins.isEmpty() || !pins.getLast().cid().equals(cid)) {
                    pins.add(new Pin(cid, new TreeMap<>()));
                }
                pins.getLast().owners().put(UTF_8.decode(key).toString(), kind(entry.value()));
            }
        } catch (MalformedException | IndexOutOfBoundsException e) {
            throw new StoreException("pins: an entry is damaged: " + e.getMessage(), e);
        }
        return pins;
    }

    private static Kind kind(byte[] value) {
        return Kind.values()[value[0]];
    }

    /** The owner stands behind the CID; keys of former versions end with it, and are of the owner of the store. */
    private static byte[] key(Cid cid, String owner) {
        byte[] bytes = cid.toBytes();
        byte[] behind = owner.getBytes(UTF_8);
        return ByteBuffer.allocate(1 + bytes.length + behind.length)
                .put(PREFIX)
                .put(bytes)
                .put(behind)
                .array();
    }
}
