package libp2p.ipld.policy;

import java.io.IOException;
import java.util.List;
import libp2p.ipld.BlockSource;
import libp2p.multiformats.Cid;
import org.jspecify.annotations.Nullable;

/**
 * Decides which content a node neither gives away nor gets. The places that serve or fetch ask before they do either:
 * for a path once, as it was asked for and again as its name resolves, and for each block. Thread-safe; does not block.
 */
public interface ContentPolicy {
    /** Denies nothing. */
    ContentPolicy OPEN = new ContentPolicy() {};

    /** The reason for which a block is denied under every path, or null if it is not. */
    default @Nullable Denial block(Cid cid) {
        return null;
    }

    /** Whether a block is not denied. */
    default boolean allows(Cid cid) {
        return block(cid) == null;
    }

    /**
     * The reason for which a path is denied, or null if it is not; what its blocks are, is asked apart.
     *
     * @param namespace {@code ipfs} or {@code ipns}
     * @param root the first element: a CID, the name of a key, or a domain
     * @param rest the elements behind it, without escapes
     */
    default @Nullable Denial path(String namespace, String root, List<String> rest) {
        return null;
    }

    /**
     * Returns if a block is not denied.
     *
     * @throws DeniedException if it is
     */
    default void check(Cid cid) throws DeniedException {
        Denial denial = block(cid);
        if (denial != null) {
            throw new DeniedException(denial);
        }
    }

    /**
     * Returns if a path is not denied; see {@link #path}.
     *
     * @throws DeniedException if it is
     */
    default void check(String namespace, String root, List<String> rest) throws DeniedException {
        Denial denial = path(namespace, root, rest);
        if (denial != null) {
            throw new DeniedException(denial);
        }
    }

    /** The blocks of a source that are not denied; those that are end with a {@link DeniedException}, unasked. */
    default BlockSource over(BlockSource source) {
        return new BlockSource() {
            @Override
            public byte[] get(Cid cid) throws IOException {
                check(cid);
                return source.get(cid);
            }

            @Override
            public void prefetch(List<Cid> cids) {
                source.prefetch(cids.stream().filter(cid -> allows(cid)).toList());
            }

            @Override
            public void awaitStored() throws IOException {
                source.awaitStored();
            }
        };
    }
}
