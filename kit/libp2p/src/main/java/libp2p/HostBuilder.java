package libp2p;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.function.UnaryOperator;
import libp2p.core.connection.RawConnection;
import libp2p.core.environment.Environment;
import libp2p.core.host.Authorizer;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.ProtocolFamily;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.metrics.HostObserver;
import libp2p.core.metrics.JfrObserver;
import libp2p.core.metrics.Observers;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.ResourceManager;
import libp2p.core.routing.PeerRouting;
import libp2p.discovery.bootstrap.Bootstrap;
import libp2p.discovery.bootstrap.BootstrapLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.identify.Identify;
import libp2p.protocols.identify.IdentifyLimits;
import libp2p.protocols.ping.Ping;
import libp2p.protocols.ping.PingLimits;
import libp2p.security.pnet.PreSharedKey;
import libp2p.security.pnet.PskProtector;
import libp2p.swarm.HostEnvironment;
import libp2p.swarm.Swarm;
import libp2p.swarm.SwarmLimits;
import libp2p.swarm.SwarmParts;
import libp2p.swarm.connmgr.TrimmingConnectionManager;
import libp2p.swarm.connmgr.TrimmingLimits;
import libp2p.swarm.events.BoundedEventBus;
import libp2p.swarm.gate.GaterLists;
import libp2p.swarm.peerstore.HostAddressBook;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.system.SystemEnvironment;
import libp2p.transports.quic.Diagnostics;
import libp2p.transports.websocket.WebSocketTransport;
import org.jspecify.annotations.Nullable;

/**
 * Puts a host together:
 * <pre>{@code
 * Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").dataDirectory(data).start();
 * }</pre>
 *
 * The defaults: a new Ed25519 identity, or that of the data directory; TCP, WebSocket and QUIC; Noise and TLS; yamux;
 * go-libp2p's limits scaled to this machine. It listens and dials only where it is told to; what is wrong is refused by
 * the call that names it. Not thread-safe; every method returns this builder; {@link #start} may be called once.
 */
public final class HostBuilder {
    private Environment environment = SystemEnvironment.shared();
    private @Nullable Identity identity;
    private final List<Multiaddr> listen = new ArrayList<>();
    private DefaultAddresses defaultAddresses = new DefaultAddresses(List.of());
    private @Nullable List<TransportFactory> transports;
    private final List<TransportFactory> plugins = new ArrayList<>();
    private WebSocketTransport.Options webSocket = WebSocketTransport.Options.DEFAULT;
    private Diagnostics diagnostics = Diagnostics.NONE;
    private List<String> security = List.of("noise", "tls");
    private List<String> muxers = List.of("yamux");
    private List<String> acceptedMuxers = List.of("yamux", "mplex");
    private @Nullable PreSharedKey preSharedKey;
    private final List<HostService> services = new ArrayList<>();
    private final List<ProtocolFamily> families = new ArrayList<>();
    private Map<String, String> familyOptions = Map.of();
    private final List<PeerAddress> bootstrap = new ArrayList<>();
    private String agent = Libp2p.AGENT;
    private ConnectionGater gater = ConnectionGater.ALLOW_ALL;
    private Authorizer authorizer = Authorizer.ALLOW_ALL;
    private UnaryOperator<TransportFactory> aroundTransports = UnaryOperator.identity();
    private final List<HostObserver> observers = new ArrayList<>();
    private @Nullable Peerstore peerstore;
    private @Nullable Path dataDirectory;
    private @Nullable ResourceManager resources;
    private @Nullable PeerRouting routing;
    private HostAddressBook.Options addresses = HostAddressBook.Options.DEFAULT;
    private @Nullable Limits limits;

    HostBuilder() {}

    /** Sets the source of time, threads, randomness and network; the default is the real system. */
    public HostBuilder environment(Environment value) {
        environment = value;
        return this;
    }

    /** The key of the host; the default is a new Ed25519 key. */
    public HostBuilder identity(Identity value) {
        identity = value;
        return this;
    }

    /**
     * Adds addresses to listen on.
     *
     * @throws libp2p.multiformats.MalformedException if a text is not a multiaddr
     */
    public HostBuilder listen(String... addresses) {
        for (String address : addresses) {
            listen.add(Multiaddr.parse(address));
        }
        return this;
    }

    /** Adds default addresses to listen on, those of the families of addresses that the machine has. */
    public HostBuilder listen(DefaultAddresses defaults) {
        defaultAddresses = defaults;
        return this;
    }

    /** The transports, asked in this order who dials or listens; the default is TCP, WebSocket and QUIC. */
    public HostBuilder transports(TransportFactory... factories) {
        transports = List.of(factories);
        return this;
    }

    /**
     * Puts something around each transport of the host, those of families and plug-ins too, for measurements or faults;
     * called once for each.
     */
    public HostBuilder aroundTransports(UnaryOperator<TransportFactory> value) {
        aroundTransports = value;
        return this;
    }

    /** Options of the default WebSocket transport: certificates, trust, an HTTP handler; its limits are the host's. */
    public HostBuilder webSocket(WebSocketTransport.Options value) {
        webSocket = value;
        return this;
    }

    /** Files that show what connections do: QUIC's, and the keys of QUIC and of TLS over TCP. */
    public HostBuilder diagnostics(Diagnostics value) {
        diagnostics = value;
        return this;
    }

    /**
     * The secure channels, best first: {@code "noise"}, {@code "tls"}, and {@code "plaintext"}, which protects nothing
     * and is for tests.
     */
    public HostBuilder security(String... names) {
        security = List.of(names);
        return this;
    }

    /**
     * The stream muxers, best first, offered and accepted: {@code "yamux"} and {@code "mplex"}. The default offers
     * yamux, and accepts mplex from peers that have nothing better.
     */
    public HostBuilder muxers(String... names) {
        muxers = List.of(names);
        acceptedMuxers = muxers;
        return this;
    }

    /** Makes the host part of a private network: only peers with the same key can connect. */
    public HostBuilder privateNetwork(PreSharedKey key) {
        preSharedKey = key;
        return this;
    }

    /**
     * Adds families of protocols, such as Kademlia or GossipSub, in this order: each brings its services, transports,
     * limits and counters.
     */
    public HostBuilder with(ProtocolFamily... values) {
        families.addAll(List.of(values));
        return this;
    }

    /** Adds services beside identify and ping, in this order, before those of the families. */
    public HostBuilder with(HostService... values) {
        services.addAll(List.of(values));
        return this;
    }

    /** Sets options of families by their names, such as {@code "--chess-boards"}, in place of those set before. */
    public HostBuilder familyOptions(Map<String, String> values) {
        familyOptions = Map.copyOf(values);
        return this;
    }

    /**
     * Peers to connect to when the host starts, and whenever it has fewer than four; as often as wanted. None is built
     * in.
     *
     * @throws libp2p.multiformats.MalformedException if a text is not a multiaddr
     */
    public HostBuilder bootstrap(String... addresses) {
        for (String address : addresses) {
            bootstrap.add(PeerAddress.parse(address));
        }
        return this;
    }

    /**
     * Adds what others have brought: every {@link ProtocolFamily}, {@link HostService} and {@link TransportFactory}
     * that a jar of the loader registers for {@link ServiceLoader}, in the order of their class names; such transports
     * are asked after the others.
     *
     * @throws java.util.ServiceConfigurationError if one cannot be made
     */
    public HostBuilder plugins(ClassLoader loader) {
        families.addAll(Plugins.load(ProtocolFamily.class, loader));
        services.addAll(Plugins.load(HostService.class, loader));
        plugins.addAll(Plugins.load(TransportFactory.class, loader));
        return this;
    }

    /** Name and version of the program, as identify tells them. */
    public HostBuilder agent(String value) {
        agent = value;
        return this;
    }

    /**
     * Says which connections may come about, beside the lists of blocked and allowed peers and networks that every host
     * has as its service {@link GaterLists}. A gater that is a service too is installed as one.
     */
    public HostBuilder gater(ConnectionGater value) {
        gater = value;
        return this;
    }

    /**
     * Says who may use which protocol, for example {@code libp2p.auth.AccessRules}; the default permits everything. An
     * authorizer that is a service too is installed as one.
     */
    public HostBuilder authorizer(Authorizer value) {
        authorizer = value;
        return this;
    }

    /**
     * Adds one who hears what the host does, for metrics, beside the one that writes to the Flight Recorder when that
     * runs.
     */
    public HostBuilder observer(HostObserver value) {
        observers.add(value);
        return this;
    }

    /** The memory of other peers; the default forgets with the process. The host closes it. */
    public HostBuilder peerstore(Peerstore value) {
        peerstore = value;
        return this;
    }

    /**
     * A folder in which the host keeps its key ({@code node.key}), and in {@code store} what it knows of peers and the
     * lists of its gater, unless others are given; made if it is not there. One host at a time can have it.
     */
    public HostBuilder dataDirectory(Path value) {
        dataDirectory = value;
        return this;
    }

    /**
     * The manager of connections, streams and memory, in place of the counting one that {@link Limits#resources}
     * makes; it decides alone, also about the services of families.
     */
    public HostBuilder resources(ResourceManager value) {
        resources = value;
        return this;
    }

    /**
     * Every bound of the host. The default has go-libp2p's limits of connections, streams and memory, scaled to this
     * machine. Families add limits of their services, except for those that are named here.
     */
    public HostBuilder limits(Limits value) {
        limits = value;
        return this;
    }

    /** Changes the bounds of the host, from what they are so far. */
    public HostBuilder limits(UnaryOperator<Limits> change) {
        limits = change.apply(limits());
        return this;
    }

    /**
     * Sets one bound of the host by its name.
     *
     * @param name as {@code p2p limits} and {@link Limits#text} print it, for example
     * {@code "quic.connections.streams"}
     * @param value a number, a duration, a truth value, or a text as in the limits file
     * @throws libp2p.multiformats.MalformedException if no part on the path has such a bound, or the value does not fit
     */
    public HostBuilder limit(String name, Object value) {
        return limits(all -> all.with(name, value));
    }

    /**
     * Changes the bounds of one part, from what they are so far.
     *
     * @param type the record that declares them, for example {@code KadLimits.class}
     */
    public <T extends Record> HostBuilder limit(Class<T> type, UnaryOperator<T> change) {
        return limits(all -> all.with(type, change));
    }

    /**
     * Sets the longest wait of a read from a stream whose protocol sets no {@link
     * libp2p.core.connection.Stream#readTimeout}; zero, the default, means for ever. It is the limit {@code
     * swarm.streams.read-timeout} of {@link Limits}.
     */
    public HostBuilder readTimeout(Duration value) {
        return limit("swarm.streams.read-timeout", value);
    }

    /** Asked for the addresses of a peer when none are known, before the services that are a routing too. */
    public HostBuilder routing(PeerRouting value) {
        routing = value;
        return this;
    }

    /**
     * Which addresses are announced: exactly some, some more, all but some; the default announces what is found out.
     */
    public HostBuilder addresses(HostAddressBook.Options value) {
        addresses = value;
        return this;
    }

    private Limits limits() {
        Limits set = limits;
        if (set == null) {
            limits = set = Limits.ofThisMachine();
        }
        return set;
    }

    /**
     * Starts the host; returns when it listens on all its addresses.
     *
     * @throws IOException if it cannot listen on one of them, or another process has the data directory; nothing is
     *     left behind
     */
    public Host start() throws IOException {
        listen.addAll(defaultAddresses.usable(environment));
        if (preSharedKey != null) {
            PrivateNetworks.check(listen);
        }
        boolean done = false;
        DataDirectory directory = DataDirectory.open(environment, dataDirectory, limits().parts());
        Peerstore peers = null;
        try {
            peers = peerstore == null ? directory.peerstore() : peerstore;
            Identity key = identity == null ? directory.identity() : identity;
            Swarm swarm = Swarm.start(parts(directory, key, peers));
            done = true;
            QuickerChecks.prepare(environment);
            return swarm;
        } finally {
            if (!done) {
                if (peers != null) {
                    peers.close();
                }
                directory.close();
            }
        }
    }

    private SwarmParts parts(DataDirectory directory, Identity key, Peerstore peers) throws IOException {
        HostEnvironment own = new HostEnvironment(environment);
        BoundedEventBus events = new BoundedEventBus(own);
        GaterLists lists = lists(directory);
        Assembly added = new Assembly(environment, key, directory.datastore(), limits().parts(), familyOptions);
        families.forEach(family -> family.contribute(added));
        List<HostService> all = allServices(directory, lists, added);
        NamedProtocols named = new NamedProtocols(environment, limits(), diagnostics.keyLog(own));
        return new SwarmParts(
                own,
                key,
                listen,
                allTransports(added),
                joined(named.security(security, key), added.security()),
                joined(named.muxers(muxers), added.muxers()),
                joined(named.muxers(acceptedMuxers), added.muxers()),
                protector(),
                all,
                added.gater(lists, gater),
                added.authorizer(authorizer),
                Observers.all(allObservers(added)),
                events,
                peers,
                new HostAddressBook(
                        environment,
                        events,
                        addresses.withObservation(limits().parts().over(addresses.observation()))),
                resources == null ? defaultResources(added) : resources,
                swarm -> new TrimmingConnectionManager(swarm, limits().of(TrimmingLimits.class)),
                routing,
                directory.datastore(),
                limits().of(SwarmLimits.class),
                limits().parts());
    }

    private ResourceManager defaultResources(Assembly added) {
        return new CountingResourceManager(environment, added.limited(limits().resources()));
    }

    private static <T> List<T> joined(List<T> first, List<T> more) {
        List<T> all = new ArrayList<>(first);
        all.addAll(more);
        return List.copyOf(all);
    }

    /** Those that the application brings, or those of the data directory. */
    private GaterLists lists(DataDirectory directory) throws IOException {
        if (gater instanceof GaterLists own) {
            return own;
        }
        for (HostService service : services) {
            if (service instanceof GaterLists own) {
                return own;
            }
        }
        return directory.lists();
    }

    private List<HostObserver> allObservers(Assembly added) {
        List<HostObserver> all = new ArrayList<>(joined(observers, added.observers()));
        if (observers.stream().noneMatch(JfrObserver.class::isInstance)) {
            all.add(new JfrObserver());
        }
        return all;
    }

    private List<HostService> allServices(DataDirectory directory, GaterLists lists, Assembly added) {
        Set<HostService> all = new LinkedHashSet<>(directory.services());
        all.add(new Identify(agent, Identify.PROTOCOL_VERSION, limits().of(IdentifyLimits.class)));
        all.add(new Ping(limits().of(PingLimits.class)));
        all.add(lists);
        for (Object part : List.of(gater, authorizer)) {
            if (part instanceof HostService service) {
                all.add(service);
            }
        }
        all.addAll(services);
        all.addAll(added.services());
        if (!bootstrap.isEmpty()) {
            all.add(new Bootstrap(bootstrap, limits().of(BootstrapLimits.class)));
        }
        return List.copyOf(all);
    }

    private List<TransportFactory> allTransports(Assembly added) {
        List<TransportFactory> all = new ArrayList<>(transports == null ? defaultTransports() : transports);
        all.addAll(added.transports());
        all.addAll(plugins);
        all.replaceAll(aroundTransports);
        return all;
    }

    private List<TransportFactory> defaultTransports() {
        return DefaultTransports.of(limits(), webSocket, diagnostics, preSharedKey == null);
    }

    private @Nullable UnaryOperator<RawConnection> protector() {
        PreSharedKey key = preSharedKey;
        return key == null ? null : new PskProtector(key, environment)::protect;
    }
}
