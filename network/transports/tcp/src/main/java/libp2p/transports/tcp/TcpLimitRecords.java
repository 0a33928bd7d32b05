package libp2p.transports.tcp;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class TcpLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(TcpLimits.class);
    }
}
