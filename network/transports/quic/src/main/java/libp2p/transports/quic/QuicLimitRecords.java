package libp2p.transports.quic;

import java.util.List;
import libp2p.core.limits.LimitRecords;

/** The bounds of this module. */
public final class QuicLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(QuicLimits.class);
    }
}
