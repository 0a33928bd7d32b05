package libp2p.swarm.connection;

import libp2p.core.environment.Environment;
import libp2p.core.host.Authorizer;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.ResourceManager;
import libp2p.swarm.limits.HostConnectionLimits;
import libp2p.swarm.limits.SwarmStreamLimits;
import libp2p.swarm.negotiation.Multistream;

/** The parts of a host that each of its connections uses. */
public record ConnectionContext(
        Environment environment,
        ResourceManager resources,
        Handlers handlers,
        Authorizer authorizer,
        HostObserver observer,
        ConnectionPhases phases,
        Bounds limits,
        Multistream multistream,
        StreamPlaces places) {
    /** The bounds of connections and of their streams. */
    public record Bounds(HostConnectionLimits connections, SwarmStreamLimits streams) {}
}
