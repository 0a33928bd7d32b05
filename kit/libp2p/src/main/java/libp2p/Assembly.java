package libp2p;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.host.Authorizer;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.HostAssembly;
import libp2p.core.host.HostService;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.limits.LimitSet;
import libp2p.core.metrics.HostObserver;
import libp2p.core.muxer.Muxer;
import libp2p.core.resource.ServiceLimit;
import libp2p.core.security.SecurityProtocol;
import libp2p.swarm.gate.Gaters;
import libp2p.swarm.resource.ResourceLimits;
import libp2p.swarm.resource.ScopeKind;
import libp2p.swarm.resource.ScopeLimit;

/** Collects what families of protocols add to a host. Used by one thread. */
final class Assembly implements HostAssembly {
    private record ServiceLimits(ServiceLimit all, ServiceLimit perPeer) {}

    private final Environment environment;
    private final Identity identity;
    private final Datastore datastore;
    private final List<HostService> services = new ArrayList<>();
    private final List<TransportFactory> transports = new ArrayList<>();
    private final List<SecurityProtocol> security = new ArrayList<>();
    private final List<Muxer> muxers = new ArrayList<>();
    private final List<HostObserver> observers = new ArrayList<>();
    private final Map<String, ServiceLimits> limits = new LinkedHashMap<>();

    private final LimitSet parts;
    private final Map<String, String> options;

    Assembly(
            Environment environment,
            Identity identity,
            Datastore datastore,
            LimitSet parts,
            Map<String, String> options) {
        this.environment = environment;
        this.identity = identity;
        this.datastore = datastore;
        this.parts = parts;
        this.options = options;
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public Identity identity() {
        return identity;
    }

    @Override
    public Datastore datastore(String namespace) {
        return datastore.namespace(namespace);
    }

    @Override
    public HostAssembly service(HostService service) {
        services.add(service);
        return this;
    }

    @Override
    public HostAssembly transport(TransportFactory factory) {
        transports.add(factory);
        return this;
    }

    @Override
    public HostAssembly security(SecurityProtocol protocol) {
        security.add(protocol);
        return this;
    }

    @Override
    public HostAssembly muxer(Muxer muxer) {
        muxers.add(muxer);
        return this;
    }

    @Override
    public HostAssembly observer(HostObserver observer) {
        observers.add(observer);
        return this;
    }

    @Override
    public HostAssembly serviceLimits(String service, ServiceLimit all, ServiceLimit perPeer) {
        limits.put(service, new ServiceLimits(all, perPeer));
        return this;
    }

    @Override
    public <T extends Record> T limits(T base) {
        return parts.over(base);
    }

    @Override
    public Optional<String> option(String name) {
        return Optional.ofNullable(options.get(name));
    }

    List<HostService> services() {
        return services;
    }

    /** Asks the lists, the application's gater and the services that are gaters. */
    ConnectionGater gater(ConnectionGater lists, ConnectionGater own) {
        Set<ConnectionGater> all = new LinkedHashSet<>(List.of(lists, own));
        all.addAll(services(ConnectionGater.class));
        return all.size() == 1 ? lists : Gaters.allOf(all.toArray(ConnectionGater[]::new));
    }

    /** Asks the application's authorizer and the services that are authorizers. */
    Authorizer authorizer(Authorizer own) {
        List<Authorizer> all = new ArrayList<>(List.of(own));
        all.addAll(services(Authorizer.class));
        return all.size() == 1
                ? own
                : (connection, direction, protocol) ->
                        all.stream().allMatch(each -> each.permits(connection, direction, protocol));
    }

    private <T> List<T> services(Class<T> type) {
        return services.stream().filter(type::isInstance).map(type::cast).toList();
    }

    List<TransportFactory> transports() {
        return transports;
    }

    List<SecurityProtocol> security() {
        return security;
    }

    List<Muxer> muxers() {
        return muxers;
    }

    List<HostObserver> observers() {
        return observers;
    }

    /** The limits of a host with those of the families' services, except where the application has named a service. */
    ResourceLimits limited(ResourceLimits base) {
        ResourceLimits result = base;
        for (Map.Entry<String, ServiceLimits> entry : limits.entrySet()) {
            String service = entry.getKey();
            result = unlessNamed(
                    base, result, ScopeKind.SERVICE, service, entry.getValue().all());
            result = unlessNamed(
                    base,
                    result,
                    ScopeKind.SERVICE_PEER,
                    service,
                    entry.getValue().perPeer());
        }
        return result;
    }

    private static ResourceLimits unlessNamed(
            ResourceLimits base, ResourceLimits result, ScopeKind kind, String service, ServiceLimit limit) {
        if (base.names().containsKey(new ResourceLimits.Name(kind, service))
                || !base.kinds().containsKey(kind)) {
            return result; // a host without limits for services stays so
        }
        ScopeLimit scope = base.of(kind)
                .withStreams(limit.streams(), limit.streamsInbound(), limit.streamsOutbound())
                .withMemory(limit.memory());
        return result.with(kind, service, scope);
    }
}
