package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.codec.Codec;
import libp2p.ipld.traversal.OpenLinks;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/**
 * The blocks of a DAG that a store holds: unlike a {@linkplain libp2p.ipld.traversal.DagWalk walk} it goes on beside blocks that
 * are missing. One thread at a time.
 */
public final class ReachableBlocks {
    /** Hears of a block that is here. */
    @FunctionalInterface
    public interface Found {
        /** Takes one block; an exception ends the visit. */
        void block(Cid cid) throws IOException;
    }

    /** Hears of a block that is not here, or whose links cannot be read. */
    @FunctionalInterface
    public interface Lacking {
        /** Takes one block; an exception ends the visit. */
        void block(Cid cid, String reason) throws IOException;
    }

    private final BlockStore store;

    /** Looks into a store. */
    public ReachableBlocks(BlockStore store) {
        this.store = store;
    }

    /**
     * Visits what a pin of a root keeps, each block once, in the order of links; blocks.
     *
     * @throws IOException if the store fails, which says nothing of a block
     */
    public void of(Cid root, Pins.Kind kind, Found found, Lacking lacking) throws IOException {
        boolean isRecursive = kind == Pins.Kind.RECURSIVE;
        Set<Cid> seen = new HashSet<>();
        OpenLinks open = new OpenLinks(root, this::again, (links, from) -> {});
        for (Cid cid = open.next(); cid != null; cid = open.next()) {
            if (!seen.add(cid)) {
                continue;
            }
            byte[] data = store.find(cid);
            if (data == null) {
                lacking.block(cid, "it is not here");
                continue;
            }
            if (!Block.isInherent(cid)) {
                found.block(cid);
            }
            if (isRecursive) {
                List<Cid> links = new ArrayList<>();
                try {
                    read(cid, data, links);
                } catch (MalformedException e) {
                    lacking.block(cid, "its links cannot be read: " + e.getMessage());
                }
                open.enter(cid, links);
            }
        }
    }

    private static void read(Cid cid, byte[] data, List<Cid> links) {
        Codec codec = Codec.of(cid.codec());
        if (codec != null) {
            codec.links(data, links::add);
        }
    }

    /** The links of a block that was read before: of one that is gone since, or malformed, those that can be read. */
    private List<Cid> again(Cid cid) throws IOException {
        List<Cid> links = new ArrayList<>();
        byte[] data = store.find(cid);
        if (data == null) {
            throw new BlockNotFoundException(cid, "it was removed while it was looked at");
        }
        try {
            read(cid, data, links);
        } catch (MalformedException e) {
            return links; // as before
        }
        return links;
    }
}
