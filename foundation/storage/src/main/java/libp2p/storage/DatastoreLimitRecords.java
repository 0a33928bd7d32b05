package libp2p.storage;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class DatastoreLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(DatastoreLimits.class);
    }
}
