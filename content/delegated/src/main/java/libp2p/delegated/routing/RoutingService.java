package libp2p.delegated.routing;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.identity.PeerId;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.MergedResults;
import libp2p.core.routing.PeerRouting;
import libp2p.core.routing.Results;
import libp2p.multiformats.Cid;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The routing of a host as one: servers of delegated routing and every other routing of the host, such as the DHT, are
 * asked at once. Must be part of the host before the others, so that it is the routing that others find. Thread-safe.
 */
public final class RoutingService implements HostService, ContentRouting, PeerRouting {
    private static final MergedResults.Bounds BOUNDS = new MergedResults.Bounds(64, 10_000);

    private final List<DelegatedRouting> servers;
    private volatile @Nullable Host host;

    private RoutingService(List<DelegatedRouting> servers) {
        this.servers = List.copyOf(servers);
    }

    /** The routing of a host with servers beside it, which are closed with the host. */
    public static ProtocolFamily with(List<DelegatedRouting> servers) {
        return assembly -> assembly.service(new RoutingService(servers));
    }

    @Override
    public void start(Host started) {
        host = started;
    }

    private Host host() {
        return HostService.started("delegated routing", host);
    }

    private List<ContentRouting> others() {
        return host().findAll(ContentRouting.class).stream()
                .filter(routing -> routing != this)
                .toList();
    }

    @Override
    public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
        Environment environment = host().environment();
        List<Results<PeerAddress>> searches = new ArrayList<>();
        servers.forEach(server -> searches.add(server.findProviders(cid, deadline)));
        others().forEach(routing -> searches.add(routing.findProviders(cid, deadline)));
        return MergedResults.of(environment, "find-providers", searches, RoutingService::identity, BOUNDS, deadline);
    }

    /** Servers may name providers without a peer id; those are told apart by their addresses. */
    private static Object identity(PeerAddress provider) {
        PeerId peer = provider.peer();
        return peer == null ? provider.addresses() : peer;
    }

    /** The addresses that servers of delegated routing know; the host asks its other routings itself. */
    @Override
    public List<Multiaddr> findPeer(PeerId peer, Deadline deadline) throws IOException {
        return PeerRouting.inTurn(servers).findPeer(peer, deadline);
    }

    /** Announces through every routing that announces; succeeds if one did. */
    @Override
    public void provide(Cid cid, Deadline deadline) throws IOException {
        IOException failure = null;
        boolean told = false;
        for (ContentRouting routing : others()) {
            try {
                routing.provide(cid, deadline);
                told = true;
            } catch (IOException e) {
                failure = e;
            }
        }
        if (!told) {
            throw failure == null ? new IOException("no routing of this host announces") : failure;
        }
    }

    @Override
    public void startProviding(Collection<Cid> cids) throws IOException {
        announcer().startProviding(cids);
    }

    @Override
    public void stopProviding(Collection<Cid> cids) throws IOException {
        announcer().stopProviding(cids);
    }

    private ContentRouting announcer() {
        return others().stream()
                .findFirst()
                .orElseThrow(() -> new UnsupportedOperationException("no routing of this host announces"));
    }

    @Override
    public void close() {
        servers.forEach(DelegatedRouting::close);
    }
}
