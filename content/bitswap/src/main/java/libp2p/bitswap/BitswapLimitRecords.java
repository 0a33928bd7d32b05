package libp2p.bitswap;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class BitswapLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(BitswapLimits.class);
    }
}
