package libp2p.delegated;

import java.util.List;
import libp2p.core.limits.LimitRecords;
import libp2p.delegated.pinning.PinningLimits;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.delegated.trustless.TrustlessLimits;

/** The bounds of this module. */
public final class DelegatedLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(PinningLimits.class, RoutingLimits.class, TrustlessLimits.class);
    }
}
