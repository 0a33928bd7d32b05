package libp2p.fetch;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * A fetcher that races the sources of its options, of which those are preferred that have answered best: gateways,
 * peers by GraphSync, and Bitswap beside them. Without a source it gives what is stored here alone.
 */
public final class RacingFetcher extends StoringFetcher {
    private final @Nullable BitswapSource bitswap;
    private final FetchQueue queue;
    private final SourceTable table;
    private final AtomicLong blocks = new AtomicLong();
    private final AtomicLong bytes = new AtomicLong();

    /** A fetcher for these options. */
    public RacingFetcher(Environment environment, BlockStore store, FetchOptions options) {
        super(store);
        Exchange exchange = options.exchange();
        bitswap = exchange == null
                ? null
                : new BitswapSource(
                        exchange, options.peers(), options.patience(), new PeerReputations(options.reputation()));
        List<FetchSource> all = new ArrayList<>(options.sources());
        if (bitswap != null) {
            all.add(bitswap);
        }
        table = new SourceTable(options.reputation(), all);
        queue = new FetchQueue(environment, store, table, options.withProgress((source, count) -> {
            if (!source.equals(BitswapSource.NAME)) { // whose session counts
                blocks.incrementAndGet();
                bytes.addAndGet(count);
            }
            options.progress().block(source, count);
        }));
    }

    @Override
    byte @Nullable [] find(Cid cid) throws IOException {
        return store.find(cid);
    }

    @Override
    byte[] fetch(Cid cid) throws IOException {
        if (table.isEmpty()) {
            throw new BlockNotFoundException(cid, "it is not stored here, and there is no peer or gateway to ask");
        }
        return queue.get(cid);
    }

    @Override
    void begin(List<Cid> cids) throws IOException {
        if (!table.isEmpty()) {
            queue.prefetch(store.missing(cids));
        }
    }

    /**
     * {@inheritDoc} Sources that send archives are asked for the parts of the DAG, several at once; what they lack is
     * got block by block.
     */
    @Override
    public long download(Cid root, Budget budget) throws IOException {
        policy().check(root);
        if (!store.has(root) && !table.archives().isEmpty()) {
            new ArchiveFetch(queue, table, store, this, budget).run(root);
        }
        return super.download(root, budget);
    }

    @Override
    public Received received() {
        Received others = new Received(blocks.get(), bytes.get(), 0);
        if (bitswap == null) {
            return others;
        }
        Received session = bitswap.received();
        return new Received(others.blocks() + session.blocks(), others.bytes() + session.bytes(), session.duplicates());
    }

    @Override
    void awaitFetched() throws IOException {
        if (bitswap != null) {
            bitswap.flush();
        }
        queue.flush();
    }

    @Override
    void end() {
        queue.close();
        if (bitswap != null) {
            bitswap.close();
        }
    }
}
