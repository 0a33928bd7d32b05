package libp2p.ipfs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import libp2p.blocks.Limits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.blocks.Pins;
import libp2p.blocks.SegmentBlockStore;
import libp2p.blocks.tier.TierOptions;
import libp2p.blocks.tier.TieredBlockStore;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.exchange.fetch.Reputation;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import org.jspecify.annotations.Nullable;

/** Blocks, pins and what is known of sources: in the folder of a peer, within the budget of its role. */
final class Content implements AutoCloseable {
    /** Bytes of the index of blocks in memory: saves pass through it, and most look-ups need little of it. */
    private static final int INDEX_CACHE = 4 << 20;

    final TieredBlockStore blocks;
    final Pins pins;
    final Reputation reputation;
    private final Datastore records;
    private final @Nullable SegmentBlockStore segments;

    private Content(
            TieredBlockStore blocks, @Nullable SegmentBlockStore segments, Datastore records, Reputation reputation) {
        this.blocks = blocks;
        this.segments = segments;
        this.records = records;
        this.reputation = reputation;
        pins = new Pins(records, blocks);
    }

    static Content open(Environment environment, IpfsOptions options, Role role) throws IOException {
        Limits limits = Limits.DEFAULT.withStoreBytes(role.diskBytes());
        TierOptions tiers = TierOptions.DEFAULT.withBytes(role.memoryTierBytes(), 0);
        Path data = options.data();
        if (data == null) {
            Limits memory = Limits.DEFAULT.withStoreBytes(Math.min(role.memoryBytes(), role.diskBytes()) / 2);
            Datastore records = new MemoryDatastore();
            return new Content(
                    new TieredBlockStore(environment, null, new MemoryBlockStore(memory), tiers.withBytes(0, 0)),
                    null,
                    records,
                    new Reputation(environment, records));
        }
        Path folder = data.resolve("content");
        Files.createDirectories(folder);
        Datastore index = FileDatastore.open(
                environment, folder.resolve("index"), libp2p.storage.Limits.DEFAULT.withCacheBytes(INDEX_CACHE));
        Datastore records = null;
        SegmentBlockStore segments = null;
        boolean open = false;
        try {
            records = FileDatastore.open(environment, folder.resolve("pins"));
            segments = SegmentBlockStore.open(environment, folder.resolve("blocks"), index, limits);
            Content content = new Content(
                    new TieredBlockStore(environment, null, segments, tiers),
                    segments,
                    records,
                    new Reputation(environment, records));
            open = true;
            return content;
        } finally {
            if (!open) {
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

    /** Gives the disk back what was removed; bytes. */
    long compact() throws IOException {
        return segments == null ? 0 : segments.compact();
    }

    @Override
    public void close() throws IOException {
        try {
            blocks.close();
            reputation.flush();
        } finally {
            records.close();
        }
    }
}
