package libp2p.swarm;

import java.util.List;
import libp2p.core.limits.LimitRecords;
import libp2p.swarm.connmgr.TrimmingLimits;
import libp2p.swarm.peerstore.ObservedAddressLimits;
import libp2p.swarm.peerstore.PeerstoreLimits;

/** The bounds of this module. */
public final class SwarmLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(TrimmingLimits.class, SwarmLimits.class, ObservedAddressLimits.class, PeerstoreLimits.class);
    }
}
