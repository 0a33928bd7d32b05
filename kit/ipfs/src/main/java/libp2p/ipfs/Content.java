package libp2p.ipfs;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.GarbageCollector;
import libp2p.blocks.Pins;
import libp2p.blocks.SegmentBlockStore;
import libp2p.blocks.tier.TierOptions;
import libp2p.blocks.tier.TieredBlockStore;
import libp2p.core.environment.Environment;
import libp2p.core.environment.RepeatingTimer;
import libp2p.fetch.Reputation;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.storage.FileDatastore;
import org.jspecify.annotations.Nullable;

/**
 * The repository of a peer with its tiers: memory within the budget of its role, a cache on the disk where the blocks
 * are in a store of the application, and the peers of the network behind it.
 */
final class Content implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Content.class.getName());
    private static final Duration COMPACTION = Duration.ofHours(1);

    final Repository repository;
    final TieredBlockStore blocks;
    final Pins pins;
    final Reputation reputation;
    /** Where the blocks are, null if they are in memory or elsewhere. */
    final @Nullable Path folder;

    private final AtomicReference<@Nullable BlockSource> peers = new AtomicReference<>();

    private final RepeatingTimer compaction;
    private final @Nullable SegmentBlockStore cache;

    private Content(
            Environment environment,
            Repository repository,
            @Nullable SegmentBlockStore disk,
            TierOptions tiers,
            @Nullable Path folder) {
        this.repository = repository;
        this.folder = folder;
        cache = disk;
        compaction = new RepeatingTimer(environment, this::compactCache);
        if (disk != null) {
            compaction.arm(COMPACTION.toNanos());
        }
        BlockSource network = cid -> {
            BlockSource asked = peers.get();
            if (asked == null) {
                throw new BlockNotFoundException(cid, "it is not stored here, and the peer is not running");
            }
            return asked.get(cid);
        };
        blocks = new TieredBlockStore(environment, disk, repository.blocks(), network, tiers);
        blocks.scheduleDemotion();
        pins = repository.pins();
        reputation = repository.reputation();
    }

    static Content open(Environment environment, IpfsOptions options, Role role) throws IOException {
        Path data = options.data();
        IpfsOptions.GivenStore given = options.store();
        TierOptions memory = TierOptions.DEFAULT.withBytes(role.memoryTierBytes(), 0);
        if (given != null) {
            return over(environment, given, data, role);
        }
        if (data == null) {
            BlockStoreLimits limits =
                    BlockStoreLimits.DEFAULT.withStoreBytes(Math.min(role.memoryBytes(), role.diskBytes()) / 2);
            return new Content(
                    environment, Repository.inMemory(environment, limits), null, memory.withBytes(0, 0), null);
        }
        BlockStoreLimits limits = BlockStoreLimits.DEFAULT.withStoreBytes(role.diskBytes());
        Path folder = data.resolve("content");
        return new Content(environment, Repository.open(environment, folder, limits), null, memory, folder);
    }

    /** The store of an application is further away than the disk, so that there is a cache on the disk before it. */
    private static Content over(Environment environment, IpfsOptions.GivenStore given, @Nullable Path data, Role role)
            throws IOException {
        Path folder = data == null ? null : data.resolve("content");
        Repository repository = given.records() == null
                ? Repository.over(environment, given.blocks(), folder)
                : Repository.over(environment, given.blocks(), Objects.requireNonNull(given.records()));
        boolean done = false;
        try {
            long bytes = data == null ? 0 : Math.min(TierOptions.DEFAULT.diskBytes(), role.diskBytes());
            SegmentBlockStore disk = data == null ? null : cache(environment, data.resolve("cache"));
            TierOptions tiers = TierOptions.DEFAULT.withBytes(role.memoryTierBytes(), bytes);
            Content content = new Content(environment, repository, disk, tiers, folder);
            done = true;
            return content;
        } finally {
            if (!done) {
                repository.close();
            }
        }
    }

    private static SegmentBlockStore cache(Environment environment, Path folder) throws IOException {
        FileDatastore index = FileDatastore.open(environment, folder.resolve("index"));
        boolean done = false;
        try {
            SegmentBlockStore cache =
                    SegmentBlockStore.open(environment, folder.resolve("blocks"), index, BlockStoreLimits.DEFAULT);
            done = true;
            return cache;
        } finally {
            if (!done) {
                index.close();
            }
        }
    }

    /** Gives the disk back what the cache has dropped. */
    private void compactCache(RepeatingTimer again) {
        again.arm(COMPACTION.toNanos());
        try {
            if (cache != null) {
                cache.compact();
            }
        } catch (IOException e) {
            LOG.log(Level.WARNING, "the cache of blocks on the disk keeps the room of what it dropped: " + e);
        }
    }

    /** From now on {@link TieredBlockStore#get} asks a source for what no tier has; null for none. */
    void peers(@Nullable BlockSource source) {
        peers.set(source);
    }

    /** Removes what no pin keeps, from memory too, and gives the disk back what it took. */
    GarbageCollector.Result collectGarbage() throws IOException {
        GarbageCollector.Result result = new GarbageCollector(blocks, pins).collect();
        repository.compact();
        return result;
    }

    @Override
    public void close() throws IOException {
        compaction.close();
        try {
            blocks.closeCaches();
        } finally {
            repository.close();
        }
    }
}
