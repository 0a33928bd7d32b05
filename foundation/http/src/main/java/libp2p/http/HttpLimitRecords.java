package libp2p.http;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class HttpLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(HttpLimits.class);
    }
}
