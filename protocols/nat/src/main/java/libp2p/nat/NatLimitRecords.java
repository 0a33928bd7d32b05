package libp2p.nat;

import java.util.List;
import libp2p.core.limits.LimitRecords;
import libp2p.nat.autonat.AutoNatLimits;
import libp2p.nat.autorelay.AutoRelayLimits;
import libp2p.nat.dcutr.HolePunchLimits;
import libp2p.nat.mapping.PortMappingLimits;
import libp2p.nat.relay.RelayLimits;

/** The bounds of this module. */
public final class NatLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(
                AutoNatLimits.class,
                AutoRelayLimits.class,
                HolePunchLimits.class,
                PortMappingLimits.class,
                RelayLimits.class);
    }
}
