package libp2p.node.content;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import libp2p.blocks.BlockStore;
import libp2p.blocks.Limits;
import libp2p.blocks.ObservedBlockStore;
import libp2p.blocks.Pins;
import libp2p.blocks.SegmentBlockStore;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.exchange.fetch.Reputation;
import libp2p.multiformats.Multihash;
import libp2p.storage.FileDatastore;
import org.jspecify.annotations.Nullable;

/** The blocks and pins of a data directory, or of a folder that is removed in the end. */
final class ContentStore implements AutoCloseable {
    /** Bytes of the index of blocks in memory: saves pass through it, and most look-ups need little of it. */
    private static final int INDEX_CACHE = 4 << 20;

    private final SegmentBlockStore segments;
    private final Datastore pinned;
    private final Pins pins;
    private final Reputation reputation;
    private final @Nullable Path temporary;
    private volatile BlockStore blocks;

    private ContentStore(SegmentBlockStore blocks, Datastore pinned, Reputation reputation, @Nullable Path temporary) {
        segments = blocks;
        this.blocks = blocks;
        this.pinned = pinned;
        pins = new Pins(pinned, blocks);
        this.reputation = reputation;
        this.temporary = temporary;
    }

    /** @param data the data directory, or null for a folder of its own */
    static ContentStore open(Environment environment, @Nullable Path data) throws IOException {
        Path folder = data == null ? Files.createTempDirectory("p2p-content") : data.resolve("content");
        Datastore index = FileDatastore.open(
                environment, folder.resolve("index"), libp2p.storage.Limits.DEFAULT.withCacheBytes(INDEX_CACHE));
        Datastore pinned = null;
        SegmentBlockStore blocks = null;
        try {
            pinned = FileDatastore.open(environment, folder.resolve("pins"));
            Reputation reputation = new Reputation(environment, pinned);
            blocks = SegmentBlockStore.open(environment, folder.resolve("blocks"), index, Limits.DEFAULT);
            return new ContentStore(blocks, pinned, reputation, data == null ? folder : null);
        } finally {
            if (blocks == null) {
                index.close();
                if (pinned != null) {
                    pinned.close();
                }
            }
        }
    }

    BlockStore blocks() {
        return blocks;
    }

    /** From now on tells of what commands store. */
    void observe(Consumer<List<Multihash>> observer) {
        blocks = new ObservedBlockStore(segments, observer);
    }

    /** The reputation of the sources that blocks came from. */
    Reputation reputation() {
        return reputation;
    }

    /** The requests of others to pin. */
    Datastore requests() {
        return pinned.namespace("remote");
    }

    Pins pins() {
        return pins;
    }

    /** Gives the disk back what was removed. */
    long compact() throws IOException {
        return segments.compact();
    }

    @Override
    public void close() throws IOException {
        try {
            segments.close();
            reputation.flush();
        } finally {
            pinned.close();
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
