package libp2p.core.host;

import java.util.Optional;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.identity.Identity;
import libp2p.core.metrics.HostObserver;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.ServiceLimit;
import libp2p.core.security.SecurityProtocol;

/**
 * A host that is being put together, as a {@link ProtocolFamily} sees it. Used by one thread; it must not be kept after
 * {@link ProtocolFamily#contribute} has returned.
 */
public interface HostAssembly {
    /** The environment of the host to be. */
    Environment environment();

    /** The key of the host to be. */
    Identity identity();

    /**
     * The datastore of the host under a prefix of its own; see {@link Host#datastore}.
     *
     * @param namespace 1 to 64 characters of a–z, 0–9 and hyphen
     */
    Datastore datastore(String namespace);

    /**
     * Adds a service. It starts after those that were added before it, and ends before them; {@link Host#find} returns
     * it for every type that it implements. A service that is a {@code PeerRouting} is asked by dials without
     * addresses, one that is a {@code ConnectionGater} or an {@code Authorizer} is asked beside those of the
     * application, one that is a {@link libp2p.core.metrics.CounterSource} has its counters shown.
     */
    HostAssembly service(HostService service);

    /** Adds a transport, asked after those that were added before it. */
    HostAssembly transport(TransportFactory factory);

    /** Adds a secure channel, offered after those that were added before it. */
    HostAssembly security(SecurityProtocol protocol);

    /** Adds a stream muxer, offered and accepted after those that were added before it. */
    HostAssembly muxer(Muxer muxer);

    /** Adds an observer of what the host does, for counters. */
    HostAssembly observer(HostObserver observer);

    /**
     * Sets what the streams of one service may use, unless the application has set limits for this service. Streams are
     * charged to a service by {@link HandlerOptions#service} and {@code StreamScope.setService}.
     *
     * @param service name of the service, for example {@code "libp2p.kad"}
     * @param all for all peers together
     * @param perPeer for one peer
     */
    HostAssembly serviceLimits(String service, ServiceLimit all, ServiceLimit perPeer);

    /**
     * The bounds of a family, with what the application or its limits file changes of them. Each family asks for its
     * bounds when it contributes.
     *
     * @param base what holds where nothing is changed: the defaults, or what the application has given to the family; a
     *     record with {@link libp2p.core.limits.LimitGroup}
     */
    <T extends Record> T limits(T base);

    /** The value that was given for an option of the family, see {@link ProtocolFamily#options}. */
    Optional<String> option(String name);
}
