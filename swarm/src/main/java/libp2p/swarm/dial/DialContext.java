package libp2p.swarm.dial;

import java.util.List;
import libp2p.core.environment.Environment;
import libp2p.core.host.ConnectionGater;
import libp2p.core.identity.PeerId;
import libp2p.core.metrics.HostObserver;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.ResourceManager;
import libp2p.core.transport.Transport;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.Limits;
import libp2p.swarm.connection.ConnectionTable;
import org.jspecify.annotations.Nullable;

/** What every dial of a host needs from it. */
public record DialContext(
        Environment environment,
        PeerId self,
        List<Transport> transports,
        ConnectionTable table,
        Peerstore peerstore,
        ResourceManager resources,
        ConnectionGater gater,
        HostObserver observer,
        AddressResolver resolver,
        Backoff backoff,
        DialSlots slots,
        Limits limits) {
    /** The transport that dials addresses of this form, or null. */
    @Nullable
    Transport transport(Multiaddr address) {
        for (Transport transport : transports) {
            if (transport.canDial(address)) {
                return transport;
            }
        }
        return null;
    }
}
