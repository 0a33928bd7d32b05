package libp2p.scenarios.dht;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;
import org.jspecify.annotations.Nullable;

/**
 * Light hosts that reach each other: streams and connections have latency, identify tells protocols and addresses, and there are
 * no bytes below the messages. The services on them are those of the product. One thread runs at a time, as in every
 * simulation.
 */
final class LightNetwork {
    private final Simulation simulation;
    private final Map<PeerId, LightHost> hosts = new HashMap<>();
    private final ConnectionScope scope;
    private Function<PeerId, @Nullable LightHost> others = peer -> null;

    LightNetwork(Simulation simulation) throws LimitExceededException {
        this.simulation = simulation;
        SimulatedEnvironment accounts = simulation.host("accounts");
        scope = new CountingResourceManager(accounts, ResourceLimits.unlimited())
                .openConnection(Direction.INBOUND, true, Multiaddr.parse("/ip4/60.0.0.1/tcp/4001"));
    }

    Simulation simulation() {
        return simulation;
    }

    /** One account for all connections. */
    ConnectionScope scope() {
        return scope;
    }

    /** Hosts that are there when they are dialed. */
    void others(Function<PeerId, @Nullable LightHost> value) {
        others = value;
    }

    void add(LightHost host) {
        hosts.put(host.peerId(), host);
    }

    void remove(LightHost host) {
        hosts.remove(host.peerId());
    }

    @Nullable
    LightHost find(PeerId peer) {
        LightHost host = hosts.get(peer);
        return host == null ? others.apply(peer) : host;
    }
}
