package libp2p.ipld;

import libp2p.core.failure.NetworkException;
import libp2p.multiformats.Cid;

/** A block is neither here nor with any peer that was asked. */
public class BlockNotFoundException extends NetworkException {
    private static final long serialVersionUID = 1;
    private final transient Cid cid;

    /** @param where for example the peers that were asked, and the last failure */
    public BlockNotFoundException(Cid cid, String where) {
        super("block " + cid + " was not found: " + where);
        this.cid = cid;
    }

    /** Names the block that no source had. */
    public Cid cid() {
        return cid;
    }

    @Override
    public boolean isRetryable() {
        return true;
    }
}
