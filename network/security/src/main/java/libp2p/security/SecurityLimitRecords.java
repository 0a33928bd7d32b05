package libp2p.security;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class SecurityLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(SecurityLimits.class);
    }
}
