package libp2p.blocks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
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
    /**
     * Behind the owner of a direct pin, which so has an entry of its own: where nodes share pins, one that is late cannot
     * write it over the recursive pin that another has made meanwhile.
     */
    private static final String OF_DIRECT = "\0";

    /** Which change of the pins was the last, where that is noted. */
    private static final byte[] MARK = {'P'};

    private static final String CURE = ". Pin again what is missing, or put the file back; then repo verify"
            + " --accept-pins goes on with the pins that are there";
    private static final System.Logger LOG = System.getLogger(Pins.class.getName());
    private final Datastore datastore;
    private final BlockStore store;
    private final @Nullable PinSeal seal;
    private final ReentrantLock lock = new ReentrantLock();
    private volatile BiConsumer<Cid, Kind> observer = (cid, kind) -> {};
    /** The entries of the datastore; null as long as it is not known what a failed write has left. */
    private PinSeal.@Nullable State known;

    private @Nullable String doubt;
    /** Whether the datastore has entries that are no pins. */
    private boolean isForeign;
    /** Whether a write has failed, or was not awaited, so that what is read may not be durable. */
    private boolean isUnsure;

    /**
     * The pins of a store.
     *
     * @param datastore where the keys that begin with {@code p} or {@code P} are free
     * @param store that pinned blocks are in
     */
    public Pins(Datastore datastore, BlockStore store) {
        this(datastore, store, null);
    }

    private Pins(Datastore datastore, BlockStore store, @Nullable PinSeal seal) {
        this.datastore = datastore;
        this.store = store;
        this.seal = seal;
    }

    /**
     * The pins of a store that no other process changes, with their count and digest in a file apart, so that it is
     * noticed when the datastore has lost some. Then nothing is collected until {@link #accept}.
     *
     * @param file made if it is missing; it is believed to be of a former version, unless there are blocks and no pins
     */
    public static Pins sealed(Environment environment, Datastore datastore, BlockStore store, Path file)
            throws IOException {
        PinSeal seal = PinSeal.open(environment, file);
        Pins pins = new Pins(datastore, store, seal);
        pins.lock.lock();
        try {
            PinSeal.State found = pins.scan();
            boolean isNew = seal.isAbsent()
                    && !Files.exists(file)
                    && (found.count() > 0 || store.usage().blocks() == 0);
            if (isNew) {
                try {
                    seal.accept(found);
                } catch (IOException e) { // a full disk, perhaps: it is emptied by a collection
                    LOG.log(System.Logger.Level.WARNING, "lost pins would not be noticed until the next start: " + e);
                    return new Pins(datastore, store);
                }
            }
            pins.check(found);
            if (pins.doubt != null) {
                LOG.log(System.Logger.Level.WARNING, pins.doubt + CURE);
            }
        } finally {
            pins.lock.unlock();
        }
        return pins;
    }

    /** With the lock: what is there is compared with what should be. */
    private void check(PinSeal.State found) throws IOException {
        known = found;
        doubt = null;
        if (seal == null) {
            return;
        }
        PinSeal.Mark mark = PinSeal.Mark.of(datastore.get(MARK));
        isForeign = false;
        if (!seal.fits(found, mark)) {
            isForeign = !isReadable();
            doubt = "the pins are not those that were made: " + found.count() + " are there, "
                    + (seal.count() < 0 ? "and how many there should be is not known" : seal.count() + " should be")
                    + "; " + (isForeign ? foreign() : seal.misfit(datastore.toString(), mark));
            return;
        }
        try {
            seal.settle(found, mark);
        } catch (IOException e) { // the next change tries again
            LOG.log(System.Logger.Level.WARNING, "the last change of pins may not be missed if it is lost: " + e);
        }
    }

    private boolean isReadable() throws IOException {
        try {
            list();
            return true;
        } catch (ForeignEntryException e) {
            return false;
        }
    }

    private String foreign() {
        return datastore + " has entries that are no pins: it is damaged, or another file was put in its place; move it"
                + " away, or put the right one back";
    }

    /** The datastore has entries that are no pins. */
    private static final class ForeignEntryException extends StoreException {
        private static final long serialVersionUID = 1;

        ForeignEntryException(String what, @Nullable Exception cause) {
            super(what + CURE, cause);
        }
    }

    private PinSeal.State scan() throws IOException {
        datastore.sync(); // a write whose caller was interrupted may be under way
        PinSeal.State state = PinSeal.State.EMPTY;
        try (Datastore.Entries entries = datastore.scan(new byte[] {PREFIX})) {
            for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                state = state.with(entry.key(), entry.value());
            }
        }
        return state;
    }

    /** Why the pins are not to be relied on: some are missing, or are back; null if all is well. */
    public @Nullable String doubt() throws IOException {
        lock.lock();
        try {
            check(scan());
            return doubt;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Takes the pins that are there for all that there should be: collections remove what is below none of them.
     *
     * @throws StoreException if there is anything else among them
     */
    public void accept() throws IOException {
        lock.lock();
        try {
            list();
            if (seal != null) {
                PinSeal.State found = scan();
                seal.accept(found);
                known = found;
                doubt = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /** All pins, for those who remove what is below none. */
    List<Pin> relied() throws IOException {
        lock.lock();
        try {
            String wrong = doubt();
            if (wrong != null) {
                throw new StoreException("nothing was removed, since " + wrong + CURE, null);
            }
            return list();
        } finally {
            lock.unlock();
        }
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
     * @throws PinnedRecursivelyException if a direct pin is asked for where the owner has a recursive one, which stays
     * @throws IOException if something is missing; nothing is pinned then
     */
    public void add(Cid cid, Kind kind, String owner, BlockSource source) throws IOException {
        requireNoMore(cid, kind, owner);
        try (BlockStore.Lease lease = store.lease()) {
            new KeptDag(store, lease, source).keep(cid, kind);
            lease.keep(List.of(cid.hash())); // or a pin that is refused would be there, not whole, and end collections
            write(cid, kind, owner);
            lease.keep(List.of(cid.hash())); // in a shared store, a lease may have ended before the pin was seen
        }
    }

    /**
     * Pins a root below which everything has just been put into a writer; the blocks are made durable before. The
     * lease of the writer keeps them.
     *
     * @throws PinnedRecursivelyException as {@link #add(Cid, Kind, String, BlockSource)}
     * @throws IOException if a block could not be written, or the root was not; nothing is pinned then
     */
    public void add(Cid cid, Kind kind, BlockWriter writer) throws IOException {
        writer.flush();
        if (!store.has(cid)) {
            throw new ContentException(cid + " was not written to this store");
        }
        writer.keep(cid);
        write(cid, kind, OWN);
        writer.keep(cid);
    }

    /** A direct pin in the place of a recursive one would let a collection remove what is below the root. */
    private void requireNoMore(Cid cid, Kind kind, String owner) throws IOException {
        byte[] old = kind == Kind.DIRECT ? datastore.get(key(cid, owner)) : null;
        if (old != null && old.length == 1 && old[0] == Kind.RECURSIVE.ordinal()) {
            throw new PinnedRecursivelyException(cid);
        }
    }

    private void write(Cid cid, Kind kind, String owner) throws IOException {
        lock.lock();
        try {
            requireNoMore(cid, kind, owner);
            String word = kind == Kind.DIRECT ? owner + OF_DIRECT : owner;
            change(key(cid, word), new byte[] {(byte) kind.ordinal()});
        } finally {
            lock.unlock();
        }
        observer.accept(cid, kind);
    }

    /** With the lock: writes an entry, or removes it; false if it was not there. */
    private boolean change(byte[] key, byte @Nullable [] value) throws IOException {
        if (isUnsure) {
            datastore.sync(); // or what is not durable would pass for gone
            isUnsure = false;
        }
        byte[] old = datastore.get(key);
        if (value == null && old == null) {
            return false;
        }
        if (seal != null && doubt == null && known == null) {
            check(scan());
        }
        if (isForeign) {
            throw new ForeignEntryException("pins cannot be changed: " + foreign(), null);
        }
        Datastore.Change change = new Datastore.Change(key, value);
        PinSeal.State before = known;
        if (seal == null || doubt != null || before == null) {
            commit(List.of(change));
            return old != null;
        }
        PinSeal.State less = old == null ? before : before.without(key, old);
        PinSeal.State after = value == null ? less : less.with(key, value);
        known = null;
        commit(List.of(change, new Datastore.Change(MARK, seal.mark(after).encode())));
        known = after;
        seal.changed(after);
        return old != null;
    }

    private void commit(List<Datastore.Change> changes) throws IOException {
        isUnsure = true;
        datastore.write(changes);
        isUnsure = false;
    }

    /** Removes what the owner of the store wants; false if that was nothing. The pin stays while another wants it. */
    public boolean remove(Cid cid) throws IOException {
        return remove(cid, OWN);
    }

    /** Removes what an owner wants; false if that was nothing. The pin stays while another owner wants it. */
    public boolean remove(Cid cid, String owner) throws IOException {
        lock.lock();
        try {
            boolean isDirect = change(key(cid, owner + OF_DIRECT), null);
            return change(key(cid, owner), null) || isDirect;
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
        return datastore.has(key(cid, owner)) || datastore.has(key(cid, owner + OF_DIRECT));
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
                String word = UTF_8.decode(key).toString();
                String owner = word.endsWith(OF_DIRECT) ? word.substring(0, word.length() - 1) : word;
                pins.getLast().owners().merge(owner, kind(entry.value()), (a, b) -> Kind.RECURSIVE);
            }
        } catch (MalformedException | IndexOutOfBoundsException e) {
            throw new ForeignEntryException(foreign(), e);
        }
        return pins;
    }

    private static Kind kind(byte[] value) throws MalformedException {
        if (value.length != 1 || value[0] < 0 || value[0] >= Kind.values().length) {
            throw new MalformedException("the value of a pin is one byte below " + Kind.values().length + ", not "
                    + HexFormat.of().formatHex(value));
        }
        return Kind.values()[value[0]];
    }

    /**
     * The owner stands behind the CID, with {@link #OF_DIRECT} if the pin is direct; keys of former versions end with the
     * CID, and are of the owner of the store.
     */
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
