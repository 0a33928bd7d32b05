package libp2p.graphsync;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class GraphSyncLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(GraphSyncLimits.class);
    }
}
