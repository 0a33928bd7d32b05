package libp2p.metrics;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class MetricsLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(MetricsLimits.class);
    }
}
