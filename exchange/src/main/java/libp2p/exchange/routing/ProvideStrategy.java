package libp2p.exchange.routing;

import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import libp2p.blocks.BlockStore;
import libp2p.blocks.Pins;
import libp2p.ipld.traversal.Budget;
import libp2p.ipld.traversal.DagWalk;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;

/** Which blocks are announced. */
public enum ProvideStrategy {
    /** Every block that is stored. */
    ALL,
    /** The roots of pins and everything below them. */
    PINNED,
    /** The roots of pins alone. */
    ROOTS;

    /**
     * The CIDs that this strategy names; blocks for the disk. Blocks of which only the hash is known have the codec
     * raw: announcements are of hashes.
     *
     * @throws IOException if a block below a pin is missing
     */
    public Set<Cid> cids(BlockStore blocks, Pins pins) throws IOException {
        Set<Cid> cids = new HashSet<>();
        if (this == ALL) {
            blocks.forEach((hash, size) -> cids.add(Cid.v1(Multicodec.RAW, hash)));
            return cids;
        }
        for (Pins.Pin pin : pins.list()) {
            if (this == ROOTS || pin.kind() == Pins.Kind.DIRECT) {
                cids.add(pin.cid());
            } else {
                cids.addAll(added(blocks, pin.cid()));
            }
        }
        return cids;
    }

    /**
     * The CIDs that this strategy names of a root that was just stored and pinned; blocks for the disk.
     *
     * @throws IOException if a block below it is missing
     */
    public Set<Cid> added(BlockStore blocks, Cid root) throws IOException {
        if (this == ROOTS) {
            return Set.of(root);
        }
        Set<Cid> cids = new HashSet<>();
        new DagWalk(blocks, Budget.OWN).walk(root, block -> cids.add(block.cid()));
        return cids;
    }
}
