package libp2p.blocks.tier;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.blocks.BlockStore;
import libp2p.blocks.StoreException;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.ipld.Block;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * A store with faster ones before it. Blocks that are put are stored by the home store and are as durable as it
 * promises. Blocks that are read often are also kept in memory, and on a disk if one stands before a home that is
 * further away. A cache that fails is passed over. Thread-safe. Closing it closes all tiers.
 */
public final class TieredBlockStore implements BlockStore {
    private static final System.Logger LOG = System.getLogger(TieredBlockStore.class.getName());
    private static final int DROPPED_AT_ONCE = 64;
    private static final Duration LONGEST_DEMOTION_PERIOD = Duration.ofHours(1);

    private final TierOptions options;
    private final ArcCache memory;
    private final @Nullable BlockStore disk;
    private final BlockStore home;
    private final @Nullable BlockSource peers;
    private final AccessFrequency frequency;
    private final AccessFrequency onDisk;
    private final ReentrantLock dropping = new ReentrantLock();
    private final RepeatingTimer demotion;
    private final AtomicLong memoryHits = new AtomicLong();
    private final AtomicLong diskHits = new AtomicLong();
    private final AtomicLong homeHits = new AtomicLong();
    private final AtomicLong misses = new AtomicLong();
    private final AtomicLong promotions = new AtomicLong();
    private final AtomicLong demotions = new AtomicLong();

    /**
     * Tiers.
     *
     * @param disk a cache before the home store, or null; only this store writes to it
     * @param home where everything is
     */
    public TieredBlockStore(Environment environment, @Nullable BlockStore disk, BlockStore home, TierOptions options) {
        this(environment, disk, home, null, options);
    }

    /**
     * Tiers with a source behind them.
     *
     * @param peers asked on {@link #get} for what no tier has, and stored in the home; null for none
     */
    public TieredBlockStore(
            Environment environment,
            @Nullable BlockStore disk,
            BlockStore home,
            @Nullable BlockSource peers,
            TierOptions options) {
        this.options = options;
        this.disk = disk;
        this.home = home;
        this.peers = peers;
        memory = new ArcCache(options.memoryBytes(), options.ghosts());
        frequency = new AccessFrequency(environment, options.halfLife(), options.tracked());
        onDisk = new AccessFrequency(environment, options.halfLife(), Integer.MAX_VALUE);
        demotion = new RepeatingTimer(environment, this::demote);
    }

    /**
     * Counters since the start.
     *
     * @param memory of the cache in memory
     * @param memoryHits reads that memory answered
     * @param diskHits reads that the disk cache answered
     * @param homeHits reads that the store itself answered
     * @param misses reads of blocks that no tier had
     * @param promotions blocks that moved to a faster tier
     * @param demotions blocks that moved to a slower tier
     */
    public record Stats(
            ArcCache.Stats memory,
            long memoryHits,
            long diskHits,
            long homeHits,
            long misses,
            long promotions,
            long demotions) {}

    /** Counters since the start. */
    public Stats stats() {
        return new Stats(
                memory.stats(),
                memoryHits.get(),
                diskHits.get(),
                homeHits.get(),
                misses.get(),
                promotions.get(),
                demotions.get());
    }

    @Override
    public byte @Nullable [] find(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        Multihash hash = cid.hash();
        byte[] data = memory.get(hash);
        if (data != null) {
            memoryHits.incrementAndGet();
            frequency.read(hash);
            return data;
        }
        data = fromDisk(cid);
        boolean wasOnDisk = data != null;
        if (data == null) {
            data = home.find(cid);
            if (data == null) {
                misses.incrementAndGet();
                return null;
            }
            homeHits.incrementAndGet();
        }
        boolean hot = frequency.read(hash) > options.promotion() - 1 + 1e-6 || options.promotion() <= 1;
        if (hot && data.length <= options.itemBytes()) {
            boolean moved = memory.put(hash, data);
            if (!wasOnDisk) {
                moved |= toDisk(Block.trusted(cid, data));
            }
            if (moved) {
                promotions.incrementAndGet();
            }
        }
        return data;
    }

    @Override
    public byte[] get(Cid cid) throws IOException {
        byte[] data = find(cid);
        if (data == null && peers != null) {
            data = peers.get(cid);
            home.put(Block.trusted(cid, data));
        }
        return data == null ? BlockStore.super.get(cid) : data;
    }

    private byte @Nullable [] fromDisk(Cid cid) {
        if (disk == null) {
            return null;
        }
        try {
            byte[] data = disk.find(cid);
            if (data != null) {
                diskHits.incrementAndGet();
                onDisk.read(cid.hash());
            }
            return data;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "the disk before the store fails: " + e.getMessage());
            return null;
        }
    }

    private boolean toDisk(Block block) {
        if (disk == null || block.size() > options.diskBytes()) {
            return false;
        }
        dropping.lock();
        try {
            while (disk.usage().bytes() + block.size() > options.diskBytes()) {
                List<Multihash> coldest = onDisk.coldest(DROPPED_AT_ONCE);
                if (coldest.isEmpty()) {
                    coldest = some(disk);
                }
                if (coldest.isEmpty()) {
                    return false;
                }
                drop(disk, coldest);
            }
            disk.put(block);
            onDisk.read(block.cid().hash());
            return true;
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "the disk before the store fails: " + e.getMessage());
            return false;
        } finally {
            dropping.unlock();
        }
    }

    /** Blocks of an earlier run, of which nothing is known. */
    private static List<Multihash> some(BlockStore store) throws IOException {
        List<Multihash> some = new ArrayList<>();
        store.forEach((hash, size) -> {
            if (some.size() < DROPPED_AT_ONCE) {
                some.add(hash);
            }
        });
        return some;
    }

    private void drop(BlockStore from, List<Multihash> hashes) throws IOException {
        from.delete(hashes);
        onDisk.forget(hashes);
        demotions.addAndGet(hashes.size());
    }

    /** Begins to {@link #demote} every so often, an hour at most, until this store is closed; called once. */
    public void scheduleDemotion() {
        demotion.arm(demotionPeriod());
    }

    private long demotionPeriod() {
        return Math.min(options.demotion().toNanos(), LONGEST_DEMOTION_PERIOD.toNanos());
    }

    private void demote(RepeatingTimer again) {
        again.arm(demotionPeriod());
        try {
            demote();
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "the disk before the store fails: " + e.getMessage());
        }
    }

    /**
     * Drops what was not read for the time of demotion from the caches; see {@link #scheduleDemotion}. Blocks for the
     * disk.
     */
    public void demote() throws IOException {
        List<Multihash> cold = frequency.unread(options.demotion());
        for (Multihash hash : cold) {
            if (memory.has(hash)) {
                memory.remove(hash);
                demotions.incrementAndGet();
            }
        }
        frequency.forget(cold);
        if (disk != null) {
            List<Multihash> unread = onDisk.unread(options.demotion());
            if (!unread.isEmpty()) {
                drop(disk, unread);
            }
        }
    }

    @Override
    public int size(Cid cid) throws IOException {
        if (disk != null) {
            try {
                int size = disk.size(cid);
                if (size >= 0) {
                    return size;
                }
            } catch (StoreException e) {
                LOG.log(System.Logger.Level.DEBUG, () -> "the disk before the store fails: " + e.getMessage());
            }
        }
        return home.size(cid);
    }

    /** Those that the home store lacks: another node may have removed there what a cache of this one still has. */
    @Override
    public List<Cid> missing(List<Cid> cids) throws IOException {
        return home.missing(cids);
    }

    @Override
    public void putAll(List<Block> blocks) throws IOException {
        home.putAll(blocks);
    }

    @Override
    public Writing begin(List<Block> blocks) throws IOException {
        return home.begin(blocks);
    }

    @Override
    public boolean givesUnfinished() {
        return home.givesUnfinished();
    }

    @Override
    public List<Multihash> delete(Collection<Multihash> hashes) throws IOException {
        List<Multihash> removed = home.delete(hashes);
        for (Multihash hash : hashes) {
            if (memory.has(hash) && !home.has(Cid.v1(Multicodec.RAW, hash))) { // a lease may keep it
                memory.remove(hash);
            }
        }
        if (disk != null) {
            disk.delete(hashes);
            onDisk.forget(hashes);
        }
        return removed;
    }

    @Override
    public void forEach(Visitor visitor) throws IOException {
        home.forEach(visitor);
    }

    @Override
    public Usage usage() throws IOException {
        return home.usage();
    }

    @Override
    public Lease lease() {
        return home.lease();
    }

    @Override
    public Lease collection() {
        return home.collection();
    }

    /** Drops blocks from the caches that were removed from the home store by another way. Blocks for the disk. */
    public void forget(Collection<Multihash> hashes) throws IOException {
        hashes.forEach(memory::remove);
        if (disk != null) {
            disk.delete(hashes);
            onDisk.forget(hashes);
        }
    }

    /** Closes all tiers but the home store, which stays as it is. Idempotent as far as the disk is. */
    public void closeCaches() throws IOException {
        demotion.close();
        if (disk != null) {
            disk.close();
        }
    }

    @Override
    public void close() throws IOException {
        try {
            home.close();
        } finally {
            closeCaches();
        }
    }
}
