package libp2p.exchange.fetch;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.blocks.BlockStore;
import libp2p.blocks.GivenBlocks;
import libp2p.core.environment.Environment;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.core.host.PeerAddress;
import libp2p.exchange.bitswap.Bitswap;
import libp2p.exchange.bitswap.BitswapSession;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSource;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Gets the blocks of one DAG from the store, and what is not there from Bitswap and other sources, of which those are
 * preferred that have answered best. Fetched blocks stay in the store, so that a fetch that was ended goes on where
 * it was; it is kept from garbage collection until the fetcher is closed. Closing it from another thread ends a fetch.
 * Thread-safe.
 */
public final class Fetcher implements BlockSource, AutoCloseable {
    /** Opens the exchange; called once at most, and may block. */
    @FunctionalInterface
    public interface Exchange {
        /** Opens the exchange; blocks for as long as that takes. */
        Bitswap open() throws IOException;
    }

    private final BlockStore store;
    private final BlockStore.Lease lease;
    private final GivenBlocks given;
    private final @Nullable BitswapSource bitswap;
    private final @Nullable FetchQueue queue;
    private final @Nullable SourceTable table;
    private final FetchOptions options;
    private final AtomicLong blocks = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();
    private volatile Runnable after = () -> {};
    private volatile boolean closed;

    /**
     * A fetcher that asks peers by Bitswap alone.
     *
     * @param peers that are asked first
     * @param patience how long a block is waited for while nothing comes from anybody
     */
    public Fetcher(BlockStore store, Exchange exchange, List<PeerAddress> peers, Duration patience) {
        this.store = store;
        bitswap = new BitswapSource(exchange, List.copyOf(peers), patience);
        queue = null;
        table = null;
        options = new FetchOptions(exchange, peers, List.of(), Unused.REPUTATION, patience, 1, (source, count) -> {});
        lease = store.lease();
        given = new GivenBlocks(store, this::begun);
    }

    private static final class Unused {
        static final Reputation REPUTATION = Reputation.inMemory(SystemEnvironment.shared());
    }

    /** A fetcher that races the sources of its options. */
    public Fetcher(Environment environment, BlockStore store, FetchOptions options) {
        this.store = store;
        this.options = options;
        Exchange exchange = options.exchange();
        bitswap = exchange == null ? null : new BitswapSource(exchange, options.peers(), options.patience());
        if (options.sources().isEmpty()) {
            queue = null;
            table = null;
        } else {
            List<FetchSource> all = new ArrayList<>(options.sources());
            if (bitswap != null) {
                all.add(bitswap);
            }
            FetchOptions counting = options.withProgress((source, count) -> {
                if (!source.equals("bitswap")) {
                    blocks.incrementAndGet();
                    bytes.addAndGet(count);
                }
                options.progress().block(source, count);
            });
            table = new SourceTable(options.reputation(), all);
            queue = new FetchQueue(environment, store, table, counting);
        }
        lease = store.lease();
        given = new GivenBlocks(store, this::begun);
    }

    /**
     * Traffic from peers and other sources: blocks, their bytes, and blocks that came again.
     *
     * @param blocks that came from anywhere
     * @param bytes of these blocks
     * @param duplicates blocks that came again
     */
    public record Received(long blocks, long bytes, long duplicates) {}

    @Override
    public byte[] get(Cid cid) throws IOException {
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        byte[] data = begun(cid);
        given.add(cid);
        return data;
    }

    /** A block that is here or has come, and that the disk may still lose. */
    private byte[] begun(Cid cid) throws IOException {
        byte[] data = local(cid);
        return data == null ? fetched(cid) : data;
    }

    private byte @Nullable [] local(Cid cid) throws IOException {
        BitswapSession open = queue == null && bitswap != null && !closed ? bitswap.begun() : null;
        return open == null ? store.find(cid) : open.find(cid);
    }

    private byte[] fetched(Cid cid) throws IOException {
        if (closed) {
            throw new BlockNotFoundException(cid, "the fetch was ended");
        }
        if (queue != null) {
            return queue.get(cid);
        }
        if (bitswap == null) {
            throw new BlockNotFoundException(cid, "it is not stored here, and there is nobody to ask");
        }
        byte[] got = bitswap.session().get(cid);
        options.progress().block(bitswap.name(), got.length);
        return got;
    }

    @Override
    public void prefetch(List<Cid> cids) {
        BitswapSession open = queue == null && bitswap != null ? bitswap.begun() : null;
        try {
            List<Cid> missing = open == null ? store.missing(cids) : cids; // a session looks itself
            if (missing.isEmpty() || closed) {
                return;
            }
            if (queue != null) {
                queue.prefetch(missing);
            } else if (bitswap != null) {
                bitswap.session().prefetch(missing);
            }
        } catch (IOException e) {
            System.getLogger(Fetcher.class.getName())
                    .log(System.Logger.Level.DEBUG, "nothing is fetched beforehand: " + e.getMessage());
        }
    }

    /**
     * Gets everything below a root into the store; blocks. Sources that send archives are asked for the parts of the
     * DAG, several at once; what they lack is got block by block.
     *
     * @return blocks of the DAG, each counted once
     */
    public long download(Cid root, Budget budget) throws IOException {
        FetchQueue racing = queue;
        SourceTable sources = table;
        if (racing != null
                && sources != null
                && !store.has(root)
                && !sources.archives().isEmpty()) {
            new ArchiveFetch(racing, sources, store, this, budget).run(root);
        }
        DagWalk walk = new DagWalk(this, budget);
        walk.walk(root, block -> {});
        flush();
        return walk.blocks();
    }

    /** Has something done when this fetcher is closed, such as closing clients that it alone uses. */
    public Fetcher onClose(Runnable action) {
        after = action;
        return this;
    }

    /** The traffic from peers so far. */
    public Received received() {
        BitswapSession open = bitswap == null ? null : bitswap.begun();
        long duplicates = open == null ? 0 : open.duplicates();
        return new Received(
                blocks.get() + (open == null ? 0 : open.blocks()),
                bytes.get() + (open == null ? 0 : open.bytes()),
                duplicates);
    }

    @Override
    public void awaitStored() throws IOException {
        flush();
    }

    /**
     * Waits until what came is durable, and what the store gave before it was; blocks.
     *
     * @throws IOException if some of it could not be stored
     */
    public void flush() throws IOException {
        BitswapSession open = bitswap == null ? null : bitswap.begun();
        if (open != null) {
            open.flush();
        }
        if (queue != null) {
            queue.flush();
        }
        given.settle();
    }

    /** Ends what is under way; to be called after the root is pinned, if it is to be. Idempotent. */
    @Override
    public void close() {
        closed = true;
        if (queue != null) {
            queue.close();
        }
        if (bitswap != null) {
            bitswap.close();
        }
        lease.close();
        after.run();
    }
}
