package libp2p.fetch;

import java.io.IOException;
import java.util.List;
import libp2p.blocks.BlockStore;
import libp2p.blocks.GivenBlocks;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/** The common part of all fetchers: the store comes first, and fetched blocks stay in it. */
abstract sealed class StoringFetcher implements Fetcher permits BitswapFetcher, RacingFetcher {
    private static final System.Logger LOG = System.getLogger(Fetcher.class.getName());

    final BlockStore store;
    private final BlockStore.Lease lease;
    private final GivenBlocks given;
    private volatile Runnable after = () -> {};
    private volatile ContentPolicy policy = ContentPolicy.OPEN;
    private volatile boolean closed;

    StoringFetcher(BlockStore store) {
        this.store = store;
        lease = store.lease();
        given = new GivenBlocks(store, this::begun);
    }

    /** A block that is here or has come, though the disk may still lose it; null if it is neither. */
    abstract byte @Nullable [] find(Cid cid) throws IOException;

    /** A block from elsewhere; blocks. */
    abstract byte[] fetch(Cid cid) throws IOException;

    /** Begins to get blocks of which some may be here. */
    abstract void begin(List<Cid> cids) throws IOException;

    /** Waits until what came from elsewhere is durable; blocks. */
    abstract void awaitFetched() throws IOException;

    /** Ends what is under way. */
    abstract void end();

    final boolean isClosed() {
        return closed;
    }

    @Override
    public final byte[] get(Cid cid) throws IOException {
        policy.check(cid);
        if (Block.isInherent(cid)) {
            return Block.inherent(cid);
        }
        byte[] data = begun(cid);
        given.add(cid);
        return data;
    }

    private byte[] begun(Cid cid) throws IOException {
        byte[] data = find(cid);
        if (data != null) {
            return data;
        }
        if (closed) {
            throw new BlockNotFoundException(cid, "the fetch was ended");
        }
        return fetch(cid);
    }

    @Override
    public final void prefetch(List<Cid> cids) {
        try {
            if (!closed) {
                begin(cids.stream().filter(policy::allows).toList());
            }
        } catch (IOException e) {
            LOG.log(System.Logger.Level.DEBUG, () -> "nothing is fetched beforehand: " + e.getMessage());
        }
    }

    @Override
    public long download(Cid root, Budget budget) throws IOException {
        DagWalk walk = new DagWalk(this, budget);
        walk.walk(root, block -> {});
        flush();
        return walk.blocks();
    }

    final ContentPolicy policy() {
        return policy;
    }

    @Override
    public final Fetcher within(ContentPolicy value) {
        policy = value;
        return this;
    }

    @Override
    public final Fetcher onClose(Runnable action) {
        after = action;
        return this;
    }

    @Override
    public final void flush() throws IOException {
        awaitFetched();
        given.settle();
    }

    @Override
    public final void close() {
        closed = true;
        end();
        lease.close();
        after.run();
    }
}
