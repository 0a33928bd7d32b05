package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.BlockSink;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * Where a node keeps blocks: pieces of content of at most some megabytes, each named by the hash of its bytes (CID). A
 * file is a tree of blocks, and a reader who has the CID of the root gets and verifies all of it:
 *
 * <pre>{@code
 * Cid cid = new FileImporter(ImportOptions.V1_2025, writer).add(file).cid();
 * new Pins(records, blocks).add(cid, Pins.Kind.RECURSIVE, writer);
 * return cid;
 * }</pre>
 *
 * <p>A block stays until it is removed or a collection finds that no pin reaches it; a {@link #lease} keeps what was put
 * since it began, so that collections need no stop. What {@link #putAll} has returned for is durable.
 *
 * <p>Blocks are kept by their multihash, so that a block is found under every codec. The empty block and those whose
 * CIDs carry their data are always present and never stored. Thread-safe; methods block for the disk.
 */
public interface BlockStore extends BlockSource, BlockSink, AutoCloseable {
    /** The data of a block, not to be changed, or null if it is not here, or damaged where it stands. */
    byte @Nullable [] find(Cid cid) throws IOException;

    /** Bytes of a block, or −1 if it is not here. */
    int size(Cid cid) throws IOException;

    /** Whether a block is here. */
    default boolean has(Cid cid) throws IOException {
        return size(cid) >= 0;
    }

    /** Those of the blocks that are not here, in their order; cheaper than to ask for each. */
    default List<Cid> missing(List<Cid> cids) throws IOException {
        List<Cid> missing = new ArrayList<>();
        for (Cid cid : cids) {
            if (!Block.isInherent(cid) && !has(cid)) {
                missing.add(cid);
            }
        }
        return missing;
    }

    /**
     * Stores blocks that the caller has verified; durable when it returns, as far as the store outlives the process.
     *
     * @throws libp2p.core.resource.LimitExceededException if a block or all of them are too large; none is stored then
     */
    void putAll(List<Block> blocks) throws IOException;

    /**
     * Begins to store blocks that the caller has verified. When it returns, the store does not need their data any
     * more: a caller that writes much forgets them, and waits for the disk later. From then on {@link #find} gives
     * them. The other methods know them once {@link Writing#await} has returned, when they are durable, so that no
     * caller relies on a block that the disk may lose. The store may leave them in the caches of the disk until a caller
     * awaits one of them, so that many share a force. A store that has no such half way returns when all is done.
     *
     * @throws libp2p.core.resource.LimitExceededException if a block or all of them are too large; none is stored then
     */
    default Writing begin(List<Block> blocks) throws IOException {
        putAll(blocks);
        return () -> {};
    }

    /**
     * Whether {@link #find} gives blocks that are not durable yet, as after {@link #begin}; see {@link GivenBlocks}.
     */
    default boolean givesUnfinished() {
        return false;
    }

    @Override
    default void put(Block block) throws IOException {
        putAll(List.of(block));
    }

    @Override
    default byte[] get(Cid cid) throws IOException {
        byte[] data = find(cid);
        if (data == null) {
            throw new BlockNotFoundException(cid, "it is not stored here");
        }
        return data;
    }

    /**
     * Removes blocks, as far as they are here and no lease keeps them.
     *
     * @return those that were removed
     */
    List<Multihash> delete(Collection<Multihash> hashes) throws IOException;

    /**
     * Gives the hash and the size of every block to the visitor, in no order; blocks that come or go meanwhile may be
     * missed. The visitor may change the store.
     */
    void forEach(Visitor visitor) throws IOException;

    /** Number of blocks, and their bytes. */
    Usage usage() throws IOException;

    /**
     * Keeps what is written, what was there already when it was to be written, and what {@link Lease#keep} names, from
     * being removed until it is closed: held while a DAG is added whose root is pinned last.
     */
    Lease lease();

    /** The lease of a collection: what leases keep that are open when it begins stays until it ends, too. */
    default Lease collection() {
        return lease();
    }

    @Override
    void close() throws IOException;

    /** Gets hashes. */
    @FunctionalInterface
    interface Visitor {
        /** Takes one entry; may block and may throw, which ends the listing. */
        void block(Multihash hash, int size) throws IOException;
    }

    /**
     * The content of a store in numbers.
     *
     * @param blocks pieces
     * @param bytes of their content
     */
    record Usage(long blocks, long bytes) {}

    /** Blocks that a store has taken; see {@link BlockStore#begin}. */
    @FunctionalInterface
    interface Writing {
        /**
         * Waits until the blocks are durable.
         *
         * @throws IOException if they could not be written; none of them counts as stored then
         */
        void await() throws IOException;
    }

    /** See {@link BlockStore#lease}. */
    interface Lease extends AutoCloseable {
        /**
         * Keeps blocks until this lease has ended, and the collections that run by then: those that are found when it
         * has returned stay. Those that are not here are not made by it, and may be named. Stores that nodes share date
         * the blocks anew.
         *
         * @throws IllegalStateException if the lease has ended
         */
        void keep(Collection<Multihash> hashes) throws IOException;

        /** Ends it; idempotent. */
        @Override
        void close();
    }
}
