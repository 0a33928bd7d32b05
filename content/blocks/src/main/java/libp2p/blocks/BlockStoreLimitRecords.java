package libp2p.blocks;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class BlockStoreLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(BlockStoreLimits.class);
    }
}
