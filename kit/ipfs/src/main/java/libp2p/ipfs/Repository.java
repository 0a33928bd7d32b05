package libp2p.ipfs;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import libp2p.blocks.BlockStore;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.LogDamage;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.ObservedBlockStore;
import libp2p.blocks.Pins;
import libp2p.blocks.SegmentBlockStore;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.fetch.Reputation;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import libp2p.storage.DatastoreLimits;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import org.jspecify.annotations.Nullable;

/**
 * The content of a folder: blocks with their index, pins, the requests of others to pin, and what is known of sources.
 * One process at a time. Thread-safe; methods block for the disk.
 */
public final class Repository implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Repository.class.getName());
    /** Bytes of the index of blocks in memory: saves pass through it, and most look-ups need little of it. */
    private static final int INDEX_CACHE = 4 << 20;

    /** Hears of changes, on the thread that makes them; must not block for long. */
    public interface Observer {
        /** Blocks have become durable. */
        void stored(List<Multihash> hashes);

        /** Blocks are not here any more. */
        void removed(Collection<Multihash> hashes);

        /** A root is pinned for an owner; others may have pinned it before. */
        void pinned(Cid cid, Pins.Kind kind);
    }

    private final BlockStore blocks;
    private final @Nullable SegmentBlockStore segments;
    private final Datastore records;
    private final Pins pins;
    private final Reputation reputation;
    private final @Nullable Withdrawals withdrawals;
    private final @Nullable Path temporary;
    private final Owned owned;
    private final ReentrantLock withdrawing = new ReentrantLock();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final List<Observer> observers = new CopyOnWriteArrayList<>();

    /** What is closed with a repository. */
    private enum Owned {
        ALL,
        RECORDS,
        NOTHING
    }

    private Repository(
            Environment environment,
            BlockStore store,
            @Nullable SegmentBlockStore segments,
            Datastore records,
            @Nullable Path folder,
            @Nullable Path temporary,
            Owned owned)
            throws IOException {
        this.owned = owned;
        withdrawals = folder == null ? null : new Withdrawals(folder.resolve("withdrawn"));
        this.segments = segments;
        this.records = records;
        this.temporary = temporary;
        blocks = new ObservedBlockStore(store, new ObservedBlockStore.Observer() {
            @Override
            public void stored(List<Multihash> hashes) {
                observers.forEach(observer -> observer.stored(hashes));
            }

            @Override
            public void removing(Collection<Multihash> hashes) {
                noteWithdrawals(hashes);
            }

            @Override
            public void removed(Collection<Multihash> hashes) {
                observers.forEach(observer -> observer.removed(hashes));
            }
        });
        pins = folder == null
                ? new Pins(records, blocks)
                : Pins.sealed(environment, records, blocks, folder.resolve("pinset"));
        pins.observe((cid, kind) -> observers.forEach(observer -> observer.pinned(cid, kind)));
        reputation = new Reputation(environment, records);
    }

    /**
     * Opens the content of a folder, or makes it.
     *
     * @param folder of any file system
     * @throws IOException if another process uses it, or it cannot be read
     */
    public static Repository open(Environment environment, Path folder, BlockStoreLimits limits) throws IOException {
        return open(environment, folder, limits, DatastoreLimits.DEFAULT);
    }

    /**
     * As {@link #open(Environment, Path, BlockStoreLimits)}, with the bounds of the files of the index and of the pins. The
     * index has a cache of its own size.
     */
    public static Repository open(
            Environment environment, Path folder, BlockStoreLimits limits, DatastoreLimits records) throws IOException {
        return open(environment, folder, limits, records, null);
    }

    /** A repository in a folder of its own, which is removed when it is closed. */
    public static Repository temporary(Environment environment, BlockStoreLimits limits) throws IOException {
        Path folder = Files.createTempDirectory("p2p-content");
        return open(environment, folder, limits, DatastoreLimits.DEFAULT, folder);
    }

    /** A repository in memory, which is lost when it is closed. */
    public static Repository inMemory(Environment environment, BlockStoreLimits limits) throws IOException {
        return new Repository(
                environment, new MemoryBlockStore(limits), null, new MemoryDatastore(), null, null, Owned.ALL);
    }

    /**
     * A repository over a store of an application, which closes it afterwards.
     *
     * @param folder where pins and what is known of sources last; null to forget them
     */
    static Repository over(Environment environment, BlockStore store, @Nullable Path folder) throws IOException {
        Datastore records =
                folder == null ? new MemoryDatastore() : FileDatastore.open(environment, folder.resolve("pins"));
        return new Repository(environment, store, null, records, null, null, Owned.RECORDS);
    }

    /** As {@link #over(Environment, BlockStore, Path)}, with a datastore that the application closes too. */
    static Repository over(Environment environment, BlockStore store, Datastore records) throws IOException {
        return new Repository(environment, store, null, records, null, null, Owned.NOTHING);
    }

    private static Repository open(
            Environment environment,
            Path folder,
            BlockStoreLimits limits,
            DatastoreLimits ofFiles,
            @Nullable Path temporary)
            throws IOException {
        Datastore index = FileDatastore.open(environment, folder.resolve("index"), ofFiles.withCacheBytes(INDEX_CACHE));
        Datastore records = null;
        SegmentBlockStore segments = null;
        Repository opened = null;
        try {
            records = FileDatastore.open(environment, folder.resolve("pins"), ofFiles);
            segments = SegmentBlockStore.open(environment, folder.resolve("blocks"), index, limits);
            opened = new Repository(environment, segments, segments, records, folder, temporary, Owned.ALL);
            return opened;
        } finally {
            if (opened == null) {
                if (segments != null) {
                    segments.close(); // closes the index too
                } else {
                    index.close();
                }
                if (records != null) {
                    records.close();
                }
            }
        }
    }

    /** The blocks; whatever is written or removed here is observed. */
    public BlockStore blocks() {
        return blocks;
    }

    /** The pins. */
    public Pins pins() {
        return pins;
    }

    /** The reputation of the sources that blocks came from. */
    public Reputation reputation() {
        return reputation;
    }

    /** The requests of others to pin, see {@link libp2p.gateway.pinning.PinQueue}. */
    public Datastore requests() {
        return records.namespace("remote");
    }

    /** From now on tells of changes. */
    public void observe(Observer observer) {
        observers.add(observer);
    }

    /** Ends that. */
    public void ignore(Observer observer) {
        observers.remove(observer);
    }

    /** Removes the blocks that no pin keeps; the disk gets their room back by {@link #compact}. */
    public GarbageCollector.Result collectGarbage() throws IOException {
        return new GarbageCollector(blocks, pins).collect();
    }

    /** As {@link #collectGarbage()}, telling a listener. */
    public GarbageCollector.Result collectGarbage(GarbageCollector.Listener listener) throws IOException {
        return new GarbageCollector(blocks, pins).collect(listener);
    }

    /** The damages that were found in the files of blocks since they were opened; some blocks may be here again. */
    public List<LogDamage> damages() {
        return segments == null ? List.of() : segments.damages();
    }

    /** Gives the disk back what was removed; bytes. */
    public long compact() throws IOException {
        return segments == null ? 0 : segments.compact();
    }

    /** From now on it is noted what is removed, until {@link #clearWithdrawals}. */
    void beginWithdrawals() throws IOException {
        if (withdrawals != null) {
            withdrawing.lock();
            try {
                withdrawals.begin();
            } finally {
                withdrawing.unlock();
            }
        }
    }

    private void noteWithdrawals(Collection<Multihash> hashes) {
        if (withdrawals != null) {
            withdrawing.lock();
            try {
                withdrawals.note(hashes);
            } catch (IOException e) { // a full disk: nothing is to stop the removal
                LOG.log(Level.WARNING, "removed blocks may stay announced: " + e.getMessage());
            } finally {
                withdrawing.unlock();
            }
        }
    }

    /** Blocks that were to be removed since it began. */
    List<Multihash> withdrawn() throws IOException {
        if (withdrawals == null) {
            return List.of();
        }
        withdrawing.lock();
        try {
            return withdrawals.noted();
        } finally {
            withdrawing.unlock();
        }
    }

    /** The network knows of all that was noted. */
    void clearWithdrawals() throws IOException {
        if (withdrawals != null) {
            withdrawing.lock();
            try {
                withdrawals.clear();
            } finally {
                withdrawing.unlock();
            }
        }
    }

    /** Keeps what is known of providers, and closes what is its own. Idempotent. */
    @Override
    public void close() throws IOException {
        if (closed.getAndSet(true)) {
            return;
        }
        try {
            if (owned == Owned.ALL) {
                blocks.close();
            }
            reputation.flush();
        } finally {
            if (owned != Owned.NOTHING) {
                records.close();
            }
        }
        if (temporary != null) {
            List<Path> all;
            try (Stream<Path> files = Files.walk(temporary)) {
                all = files.sorted(Comparator.reverseOrder()).toList();
            }
            for (Path file : all) {
                Files.deleteIfExists(file);
            }
        }
    }
}
