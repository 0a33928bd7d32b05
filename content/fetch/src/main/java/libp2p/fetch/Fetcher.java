package libp2p.fetch;

import java.io.IOException;
import libp2p.bitswap.Bitswap;
import libp2p.blocks.BlockStore;
import libp2p.core.environment.Environment;
import libp2p.ipld.BlockSource;
import libp2p.ipld.policy.ContentPolicy;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;

/**
 * Gets the blocks of one DAG from the store, and what is not there from elsewhere. Fetched blocks stay in the store, so
 * that a fetch that was ended goes on where it was; they are kept from garbage collection until the fetcher is closed.
 * Closing it from another thread ends a fetch. Thread-safe.
 */
public sealed interface Fetcher extends BlockSource, AutoCloseable permits StoringFetcher {
    /** Opens the exchange; called once at most, and may block. */
    @FunctionalInterface
    interface Exchange {
        /** Opens the exchange; blocks for as long as that takes. */
        Bitswap open() throws IOException;
    }

    /**
     * Traffic from peers and other sources: blocks, their bytes, and blocks that came again.
     *
     * @param blocks that came from anywhere
     * @param bytes of these blocks
     * @param duplicates blocks that came again
     */
    record Received(long blocks, long bytes, long duplicates) {}

    /** A fetcher for these options: {@link BitswapFetcher} if they name Bitswap alone, else {@link RacingFetcher}. */
    static Fetcher of(Environment environment, BlockStore store, FetchOptions options) {
        Exchange exchange = options.exchange();
        return exchange != null && options.sources().isEmpty()
                ? new BitswapFetcher(store, exchange, options)
                : new RacingFetcher(environment, store, options);
    }

    /**
     * Gets everything below a root into the store; blocks.
     *
     * @return blocks of the DAG, each counted once
     */
    long download(Cid root, Budget budget) throws IOException;

    /** Has something done when this fetcher is closed, such as closing clients that it alone uses. */
    Fetcher onClose(Runnable action);

    /** Neither gets nor gives what a policy denies, from now on: that ends with a {@code DeniedException}. */
    Fetcher within(ContentPolicy policy);

    /** The traffic from peers so far. */
    Received received();

    /**
     * Waits until what came is durable, and what the store gave before it was; blocks.
     *
     * @throws IOException if some of it could not be stored
     */
    void flush() throws IOException;

    @Override
    default void awaitStored() throws IOException {
        flush();
    }

    /** Ends what is under way; to be called after the root is pinned, if it is to be. Idempotent. */
    @Override
    void close();
}
