package libp2p.discovery.namespace;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.routing.Discovery;
import libp2p.core.routing.Results;
import org.jspecify.annotations.Nullable;

/**
 * Announces a host under namespaces, and finds others there, in every way that the host has: over its DHT, at
 * rendezvous points.
 *
 * <pre>{@code
 * host = Libp2p.host().with(Kad.server()).with(new NamespaceService(List.of(host -> new
 * DhtDiscovery(host.find(Dht.class).orElseThrow())))).start(); NamespaceService names =
 * host.find(NamespaceService.class).orElseThrow(); names.keep("my-service"); try (Results<PeerAddress> peers =
 * names.findPeers("my-service", deadline)) { … } }</pre>
 *
 * <p>Thread-safe.
 */
public final class NamespaceService implements HostService {
    private final List<Function<Host, ? extends Discovery>> ways;
    private volatile NamespaceLimits limits;
    private final AtomicReference<@Nullable Parts> parts = new AtomicReference<>();

    private record Parts(CombinedDiscovery discovery, Advertiser advertiser) {}

    /** As {@link #NamespaceService(List, NamespaceLimits)}, with the default limits. */
    public NamespaceService(List<Function<Host, ? extends Discovery>> ways) {
        this(ways, NamespaceLimits.DEFAULT);
    }

    /** @param ways beside every {@link Discovery} among the services that are installed before this one */
    public NamespaceService(List<Function<Host, ? extends Discovery>> ways, NamespaceLimits limits) {
        this.ways = List.copyOf(ways);
        this.limits = limits;
    }

    @Override
    public void start(Host host) {
        limits = host.limits(limits);
        List<Discovery> all = new ArrayList<>(host.findAll(Discovery.class));
        ways.forEach(way -> all.add(way.apply(host)));
        CombinedDiscovery combined = new CombinedDiscovery(host.environment(), all, limits);
        Parts made = new Parts(combined, new Advertiser(host.environment(), combined, limits));
        if (!parts.compareAndSet(null, made)) {
            throw new IllegalStateException("a service of namespaces serves one host");
        }
    }

    private Parts parts() {
        return HostService.started("the service of namespaces", parts.get());
    }

    /** All ways as one. */
    public Discovery discovery() {
        return parts().discovery();
    }

    /** Announces this host once; see {@link Discovery#advertise}. */
    public Duration advertise(String namespace, Deadline deadline) throws IOException {
        return discovery().advertise(namespace, deadline);
    }

    /** Searches for others; see {@link Discovery#findPeers}. */
    public Results<PeerAddress> findPeers(String namespace, Deadline deadline) {
        return discovery().findPeers(namespace, deadline);
    }

    /** Announces this host until the registration is closed; see {@link Advertiser#advertise}. */
    public Registration keep(String namespace) {
        return parts().advertiser().advertise(namespace);
    }

    @Override
    public void close() {
        Parts made = parts.get();
        if (made != null) {
            made.advertiser().close();
        }
    }
}
