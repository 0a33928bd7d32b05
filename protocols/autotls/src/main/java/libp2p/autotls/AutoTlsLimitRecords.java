package libp2p.autotls;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class AutoTlsLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(AutoTlsLimits.class);
    }
}
