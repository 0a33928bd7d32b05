package libp2p.blocks;

import java.io.IOException;
import libp2p.multiformats.Cid;

/** A direct pin was asked for, and the same owner has a recursive pin of the root, which keeps more. */
public final class PinnedRecursivelyException extends IOException {
    private static final long serialVersionUID = 1;

    PinnedRecursivelyException(Cid cid) {
        super(cid + " is already pinned recursively; pin rm " + cid + " comes first");
    }
}
