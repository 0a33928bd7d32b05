package libp2p.swarm;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import libp2p.core.connection.RawConnection;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.host.Authorizer;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.HostService;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.limits.LimitSet;
import libp2p.core.metrics.HostObserver;
import libp2p.core.muxer.Muxer;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.ResourceManager;
import libp2p.core.routing.PeerRouting;
import libp2p.core.security.SecurityProtocol;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.connection.ConnectionContext;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.connection.Handlers;
import libp2p.swarm.connection.StreamPlaces;
import libp2p.swarm.gate.CountingGater;
import libp2p.swarm.negotiation.Multistream;
import org.jspecify.annotations.Nullable;

/**
 * Everything a {@link Swarm} is put together from. The facade of module {@code libp2p} fills it with the defaults;
 * tests and the simulator with what they need. The swarm closes the parts that can be closed.
 *
 * @param environment clock, randomness, threads and network
 * @param identity the key of the host
 * @param listen addresses to listen on: all or none
 * @param transports factories, asked in this order who dials or listens
 * @param security best first
 * @param muxers offered where this host chooses, best first
 * @param acceptedMuxers where the remote peer chooses
 * @param protector wraps raw connections of a private network, or null
 * @param services started before the host listens, closed in reverse order
 * @param gater asked at each step of a connection
 * @param authorizer asked before a stream of a protocol is handled
 * @param observer hears of connections and streams, for metrics
 * @param events carries the host's events; closed with the host
 * @param peerstore keeps what is known of peers
 * @param addressBook keeps the addresses of the host itself
 * @param resources charges connections, streams and memory
 * @param connectionManager made when the host is there
 * @param routing asked for addresses of peers before the services that are a routing too, or null
 * @param datastore whose namespaces the services get
 * @param limits of the swarm
 * @param allLimits what services ask for
 */
public record SwarmParts(
        Environment environment,
        Identity identity,
        List<Multiaddr> listen,
        List<TransportFactory> transports,
        List<SecurityProtocol> security,
        List<Muxer> muxers,
        List<Muxer> acceptedMuxers,
        @Nullable UnaryOperator<RawConnection> protector,
        List<HostService> services,
        ConnectionGater gater,
        Authorizer authorizer,
        HostObserver observer,
        EventBus events,
        Peerstore peerstore,
        AddressBook addressBook,
        ResourceManager resources,
        Function<Swarm, libp2p.core.host.ConnectionManager> connectionManager,
        @Nullable PeerRouting routing,
        Datastore datastore,
        SwarmLimits limits,
        LimitSet allLimits) {
    /** A gater that throws refuses. Its refusals are counted; a gater that counts already is taken as it is. */
    public SwarmParts {
        gater = gater instanceof CountingGater ? gater : new CountingGater(gater);
    }

    /** What each connection uses. */
    ConnectionContext context(Environment host, Handlers handlers, ConnectionPhases phases) {
        return new ConnectionContext(
                host,
                resources,
                handlers,
                authorizer,
                observer,
                phases,
                new ConnectionContext.Bounds(limits.connections(), limits.streams()),
                new Multistream(limits.streams().negotiation()),
                new StreamPlaces(host.random("swarm.negotiations")));
    }
}
