package libp2p.kad.limits;

import java.util.List;
import libp2p.core.limits.LimitRecords;
import libp2p.kad.KadLimits;

/** The bounds of this module. */
public final class KadLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(KadLimits.class);
    }
}
