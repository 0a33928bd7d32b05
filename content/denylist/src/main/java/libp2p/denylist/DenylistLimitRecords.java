package libp2p.denylist;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class DenylistLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(DenylistLimits.class);
    }
}
