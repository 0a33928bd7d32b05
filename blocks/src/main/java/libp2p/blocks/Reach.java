package libp2p.blocks;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import libp2p.ipld.Block;
import libp2p.ipld.codec.Codec;
import libp2p.multiformats.Cid;
import libp2p.multiformats.MalformedException;

/**
 * The blocks of a DAG that a store holds: unlike a {@linkplain libp2p.ipld.traversal.DagWalk walk} it goes on beside blocks that
 * are missing. One thread at a time.
 */
public final class Reach {
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
    public Reach(BlockStore store) {
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
        Deque<Cid> stack = new ArrayDeque<>();
        stack.push(root);
        while (!stack.isEmpty()) {
            Cid cid = stack.pop();
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
            Codec codec = isRecursive ? Codec.of(cid.codec()) : null;
            if (codec != null) {
                List<Cid> links = new ArrayList<>();
                try {
                    codec.links(data, links::add);
                } catch (MalformedException e) {
                    lacking.block(cid, "its links cannot be read: " + e.getMessage());
                }
                links.reversed().forEach(stack::push);
            }
        }
    }
}
