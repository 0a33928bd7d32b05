package libp2p.discovery.bootstrap;

import java.util.List;
import libp2p.core.limits.LimitRecords;
import libp2p.discovery.mdns.MdnsLimits;
import libp2p.discovery.namespace.NamespaceLimits;
import libp2p.discovery.pubsub.PubSubDiscoveryLimits;
import libp2p.discovery.rendezvous.RendezvousLimits;

/** The bounds of this module. */
public final class DiscoveryLimitRecords implements LimitRecords {
    @Override
    public List<Class<? extends Record>> records() {
        return List.of(
                BootstrapLimits.class,
                MdnsLimits.class,
                NamespaceLimits.class,
                PubSubDiscoveryLimits.class,
                RendezvousLimits.class);
    }
}
