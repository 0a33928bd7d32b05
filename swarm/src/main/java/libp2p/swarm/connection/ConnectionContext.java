package libp2p.swarm.connection;

import libp2p.core.environment.Environment;
import libp2p.core.host.Authorizer;
import libp2p.core.metrics.HostObserver;
import libp2p.core.resource.ResourceManager;
import libp2p.swarm.limits.HostConnectionLimits;
import libp2p.swarm.limits.StreamLimits;
import libp2p.swarm.negotiation.Multistream;

/** What every connection of a host needs from it. */
public record ConnectionContext(
        Environment environment,
        ResourceManager resources,
        Handlers handlers,
        Authorizer authorizer,
        HostObserver observer,
        Bounds limits,
        Multistream multistream) {
    /** The bounds of connections and of their streams. */
    public record Bounds(HostConnectionLimits connections, StreamLimits streams) {}
}
