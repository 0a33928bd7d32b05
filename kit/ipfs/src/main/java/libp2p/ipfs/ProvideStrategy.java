package libp2p.ipfs;

import java.io.IOException;
import libp2p.blocks.BlockStore;
import libp2p.blocks.Pins;
import libp2p.blocks.ReachableBlocks;
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

    /** Gets CIDs. */
    @FunctionalInterface
    public interface Visitor {
        /** Takes one; an exception ends the listing. */
        void cid(Cid cid) throws IOException;
    }

    /**
     * Gives the CIDs that this strategy names, as far as their blocks are here, to a visitor; blocks for the disk. What
     * is below several pins comes several times. Blocks of which only the hash is known have the codec raw:
     * announcements are of hashes.
     */
    public void named(BlockStore blocks, Pins pins, Visitor visitor) throws IOException {
        if (this == ALL) {
            blocks.forEach((hash, size) -> visitor.cid(Cid.v1(Multicodec.RAW, hash)));
            return;
        }
        for (Pins.Pin pin : pins.list()) {
            named(blocks, pin.cid(), pin.kind(), visitor);
        }
    }

    /** As {@link #named(BlockStore, Pins, Visitor)}, of one pin; {@link #ALL} names what is below it. */
    public void named(BlockStore blocks, Cid root, Pins.Kind kind, Visitor visitor) throws IOException {
        new ReachableBlocks(blocks)
                .of(root, this == ROOTS ? Pins.Kind.DIRECT : kind, visitor::cid, (missing, reason) -> {});
    }
}
