package libp2p.node.dht;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import libp2p.kad.Dht;
import libp2p.kad.DhtDiscovery;
import org.jspecify.annotations.Nullable;

/** The namespaces of the DHT of a host, for everything of the host that finds others by name. */
final class DhtNamespaces implements HostService, Discovery {
    private final AtomicReference<@Nullable Discovery> dht = new AtomicReference<>();

    @Override
    public void start(Host host) {
        dht.set(new DhtDiscovery(host.find(Dht.class).orElseThrow()));
    }

    private Discovery dht() {
        return HostService.started("the service of namespaces", dht.get());
    }

    @Override
    public Duration advertise(String namespace, Deadline deadline) throws IOException {
        return dht().advertise(namespace, deadline);
    }

    @Override
    public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
        return dht().findPeers(namespace, deadline);
    }

    @Override
    public void close() {
        // The DHT ends by itself.
    }
}
