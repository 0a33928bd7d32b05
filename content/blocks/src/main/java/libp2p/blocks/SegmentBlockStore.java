package libp2p.blocks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.environment.TimedCondition;
import libp2p.ipld.Block;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * A blockstore on the disk: blocks in files of records that are only appended to ({@link SegmentFiles}, with fsync), with an index of their places in a datastore. Acknowledged
 * blocks survive {@code kill -9}: the index may lag behind, and the end of the log is read again when the store is
 * opened. A block that is found damaged counts as missing from then on. Writers share one force of the disk. Files of which less than half lives are compacted by {@link #compact}.
 * One process at a time; the datastore is the store's own, and closed with it.
 */
public final class SegmentBlockStore implements BlockStore {

    private final Environment environment;
    private final BlockStoreLimits limits;
    private final Datastore datastore;
    private final SegmentFiles files;
    private final BlockIndex index;
    private final LogLeases leases = new LogLeases();
    private final Removals removals = new Removals();
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final LogWriter writer;
    private final LocationIndex locations;
    private final BlockReader reader;
    private final LogDamages damages;
    private final IndexSaves saves;
    private final Compactor compactor;
    private boolean closed;

    private SegmentBlockStore(
            Environment environment,
            BlockStoreLimits limits,
            Datastore datastore,
            SegmentFiles files,
            BlockIndex index,
            LogDamages damages,
            BooleanSupplier isShort) {
        this.environment = environment;
        this.limits = limits;
        this.datastore = datastore;
        this.files = files;
        this.index = index;
        this.damages = damages;
        changed = new TimedCondition(environment, lock);
        locations = new LocationIndex(environment, index, lock, this::checkOpen);
        reader = new BlockReader(environment, files, locations, damages);
        writer = new LogWriter(environment, limits, files, new Published(), lock, changed);
        saves = new IndexSaves(
                environment,
                index,
                limits.unindexed(),
                leases,
                files.activeNumber(),
                files.activeSize(),
                lock,
                changed);
        compactor = new Compactor(
                environment,
                files,
                index,
                saves,
                locations,
                writer,
                this::submit,
                reader::read,
                isShort,
                leases,
                lock,
                changed);
    }

    /**
     * Opens the store of a folder, or makes it; blocks for the disk.
     *
     * @param datastore empty or the one that was given before; losing it costs reading all files once
     * @throws StoreException if another process uses it
     */
    public static SegmentBlockStore open(
            Environment environment, Path folder, Datastore datastore, BlockStoreLimits limits) throws IOException {
        return open(environment, folder, datastore, limits, null);
    }

    /** @param isShort whether the disk has little space, null to ask it */
    static SegmentBlockStore open(
            Environment environment,
            Path folder,
            Datastore datastore,
            BlockStoreLimits limits,
            @Nullable BooleanSupplier isShort)
            throws IOException {
        return LogWriter.offload(environment, () -> {
            SegmentFiles files = SegmentFiles.open(environment, folder, limits);
            boolean opened = false;
            try {
                BlockIndex index = new BlockIndex(environment, datastore);
                LogDamages damages = new LogDamages();
                new LogRecovery(index, files, damages, limits.unindexed()).run();
                opened = true;
                return new SegmentBlockStore(
                        environment,
                        limits,
                        datastore,
                        files,
                        index,
                        damages,
                        isShort == null ? files::isSpaceShort : isShort);
            } finally {
                if (!opened) {
                    files.close();
                }
            }
        });
    }

    @Override
    public byte @Nullable [] find(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        Multihash hash = cid.hash();
        return locations.isSurelyAbsent(hash) ? null : LogWriter.offload(environment, () -> reader.find(hash));
    }

    @Override
    public int size(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid).length;
        }
        Location location = locations.locate(cid.hash());
        return location == null ? -1 : location.size();
    }

    @Override
    public List<Cid> missing(List<Cid> cids) throws IOException {
        Set<Multihash> hashes = new LinkedHashSet<>();
        for (Cid cid : cids) {
            if (!Block.isInherent(cid)) {
                hashes.add(cid.hash());
            }
        }
        locations.removePresent(hashes);
        return cids.stream().filter(cid -> hashes.contains(cid.hash())).toList();
    }

    @Override
    public void putAll(List<Block> blocks) throws IOException {
        begin(blocks).await();
    }

    @Override
    public Writing begin(List<Block> blocks) throws IOException {
        Map<Multihash, Block> given = new LinkedHashMap<>();
        for (Block block : blocks) {
            MemoryBlockStore.checkSize(block, limits);
            if (!Block.isInherent(block.cid())) {
                given.putIfAbsent(block.cid().hash(), block);
            }
        }
        Set<Multihash> missing = missingOf(given.keySet());
        if (missing.isEmpty()) {
            return () -> {};
        }
        List<SegmentFiles.Entry> fresh = new ArrayList<>(missing.size());
        given.forEach((hash, block) -> {
            if (missing.contains(hash)) {
                fresh.add(new SegmentFiles.Entry(SegmentFiles.BLOCK, hash, block.data()));
            }
        });
        StoreWork work = new StoreWork(fresh, null, failure -> leases.end(missing));
        begin(work);
        return () -> finish(work);
    }

    @Override
    public boolean givesUnfinished() {
        return true;
    }

    /** Those of the blocks that are not here; all are kept until they have been written, or until the leases end. */
    private Set<Multihash> missingOf(Set<Multihash> hashes) throws IOException {
        Set<Multihash> missing = new LinkedHashSet<>(hashes);
        Set<Multihash> present = hashes; // as long as it is not known
        lock.lock();
        try {
            checkOpen();
            leases.begin(hashes);
        } finally {
            lock.unlock();
        }
        try {
            locations.removePresent(missing);
            present = new LinkedHashSet<>(hashes);
            present.removeAll(missing);
            return missing;
        } finally {
            lock.lock();
            try {
                present.forEach(leases::keep);
                leases.end(present);
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public List<Multihash> delete(Collection<Multihash> hashes) throws IOException {
        while (true) {
            LocationIndex.Found found = locations.locateAll(hashes);
            lock.lock();
            try {
                awaitTurn();
                compactor.awaitMoved(hashes);
                checkOpen();
                if (removals.areUnderWay(hashes) || writer.isToBeIdle()) {
                    writer.await(); // or it would be said of a block that it is gone, and a crash would bring it back
                } else if (index.saves() == found.saves()) {
                    Map<Multihash, Location> removed = remove(hashes, found.locations());
                    if (removed.isEmpty()) {
                        return List.of();
                    }
                    removals.begin(removed);
                    StoreWork work = new StoreWork(
                            Removals.entries(removed), null, failure -> removals.end(removed, failure != null));
                    writer.begin(work);
                    writer.finish(work);
                    return List.copyOf(removed.keySet());
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Removes from the index what no lease keeps and no compaction moves; called with the lock held. */
    private Map<Multihash, Location> remove(Collection<Multihash> hashes, Map<Multihash, Location> found) {
        Map<Multihash, Location> removed = new LinkedHashMap<>();
        for (Multihash hash : hashes) {
            Location recent = index.recent(hash);
            Location now = recent == null ? found.get(hash) : recent;
            Location failed = removals.failed(hash);
            if (now != null && now.isPresent() && !leases.isKept(hash, now)) {
                index.set(hash, now, Location.REMOVED); // a writer that puts it from now on writes it anew
                removed.put(hash, now);
            } else if (failed != null && (now == null || !now.isPresent())) {
                removed.put(hash, failed);
            }
        }
        return removed;
    }

    private void submit(StoreWork work) throws IOException {
        begin(work);
        finish(work);
    }

    private void finish(StoreWork work) throws IOException {
        lock.lock();
        try {
            writer.finish(work);
        } finally {
            lock.unlock();
        }
    }

    /** Has the work appended, once the index, while it is being saved, is not too far behind. */
    private void begin(StoreWork work) throws IOException {
        lock.lock();
        boolean begun = false;
        try {
            awaitTurn();
            checkOpen();
            begun = true;
            writer.begin(work);
        } finally {
            if (!begun) {
                work.end(null);
            }
            lock.unlock();
        }
    }

    /**
     * Waits until the index, while it is being saved, is not too far behind, and the log is not to be idle; called with the
     * lock held.
     */
    private void awaitTurn() throws IOException {
        while (writer.isToBeIdle() || index.isSaving() && index.unsaved() >= limits.unindexed()) {
            writer.await();
        }
    }

    /** Puts blocks that have become durable into the index. */
    private final class Published implements LogWriter.Target {
        @Override
        public long storedBytes() {
            return index.usage().bytes();
        }

        @Override
        public void append(StoreWork work, List<Location> written) {
            forEachNew(work, written, locations::append);
        }

        @Override
        public void settle(StoreWork work, List<Location> written) {
            forEachNew(work, written, locations::settle);
        }

        private void forEachNew(StoreWork work, List<Location> written, BiConsumer<Multihash, Location> visitor) {
            if (work.moved != null) {
                return;
            }
            for (int i = 0; i < written.size(); i++) {
                SegmentFiles.Entry entry = work.entries().get(i);
                if (entry.type() == SegmentFiles.BLOCK) {
                    visitor.accept(entry.hash(), written.get(i));
                }
            }
        }

        @Override
        public void publish(StoreWork work, List<Location> written) {
            for (int i = 0; i < written.size(); i++) {
                publish(work, i, written.get(i));
            }
        }

        @Override
        public void reached(int segment, long offset) {
            if (segment != saves.reachedSegment()) {
                files.ends().forEach(index::ended);
            }
            saves.reached(segment, offset);
        }

        private void publish(StoreWork work, int i, Location written) {
            SegmentFiles.Entry entry = work.entries().get(i);
            if (entry.type() == SegmentFiles.REMOVAL) {
                return;
            }
            Location before = index.recent(entry.hash()); // knows every change since the block was begun
            if (before == null && work.moved != null) {
                before = work.moved.get(i);
            }
            if (before != null && work.moved != null) {
                leases.move(before, written);
            }
            index.set(entry.hash(), before, written); // the last in the log counts, as when it is read again
        }
    }

    /** The damages that were found in the log since it was opened, the first 4,096; some blocks may be here again. */
    public List<LogDamage> damages() {
        return damages.all();
    }

    /** Brings the index up to date with all that was acknowledged before; blocks for the disk. */
    public void flush() throws IOException {
        saves.flush();
    }

    /**
     * Moves the blocks out of files of which less than half lives, and removes those files; where the disk has less
     * than a tenth of its space left, out of files of which a tenth is dead. The file that is written to is one of
     * them. A full disk has room again in any case. Blocks for the disk, readers and writers go on.
     *
     * @return bytes that the disk got back
     */
    public long compact() throws IOException {
        lock.lock();
        try {
            checkOpen();
        } finally {
            lock.unlock();
        }
        return compactor.compact();
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        LocationTable recent;
        lock.lock();
        try {
            checkOpen();
            recent = index.allRecent();
        } finally {
            lock.unlock();
        }
        recent.forEach((hash, location) -> {
            if (location.isPresent()) {
                visitor.block(hash, location.size());
            }
        });
        index.forEachStored((hash, location) -> {
            if (recent.get(hash) == null) {
                visitor.block(hash, location.size());
            }
        });
    }

    @Override
    public Usage usage() {
        lock.lock();
        try {
            return index.usage();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Lease lease() {
        return lease(false);
    }

    @Override
    public Lease collection() {
        return lease(true);
    }

    private Lease lease(boolean collects) {
        lock.lock();
        try {
            LeasePeriods.Held<LogLeases.Lease> held =
                    leases.take(collects, saves.reachedSegment(), saves.reachedOffset());
            return new LocalLease(lock, leases::keep, () -> leases.release(held));
        } finally {
            lock.unlock();
        }
    }

    /** Waits for what is being written, brings the index up to date and closes the datastore. Idempotent. */
    @Override
    public void close() throws IOException {
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            writer.awaitIdle();
        } finally {
            lock.unlock();
        }
        try {
            flush();
        } finally {
            files.close();
            datastore.close();
        }
    }

    private void checkOpen() throws StoreException {
        if (closed) {
            throw new StoreException("the block store is closed", null);
        }
    }
}
