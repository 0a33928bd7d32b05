package libp2p.swarm;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import libp2p.core.concurrent.TaskGroup;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionClosedException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.HostClosedException;
import libp2p.core.connection.Stream;
import libp2p.core.connection.StreamResetException;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.NetworkChanged;
import libp2p.core.event.HostEvent.ProtocolsChanged;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.host.ConnectionManager;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.IsolatedDialer;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.PublicAddresses;
import libp2p.core.host.Registration;
import libp2p.core.host.StreamHandler;
import libp2p.core.host.TransportFactory;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.PeerSelector;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.ResourceManager;
import libp2p.core.routing.PeerRouting;
import libp2p.core.transport.Listener;
import libp2p.core.transport.Transport;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.breaker.CircuitBreakers;
import libp2p.swarm.connection.ConnectionPhases;
import libp2p.swarm.connection.ConnectionTable;
import libp2p.swarm.connection.Handlers;
import libp2p.swarm.connection.SwarmConnection;
import libp2p.swarm.dial.AddressResolver;
import libp2p.swarm.dial.Backoff;
import libp2p.swarm.dial.BlackHoleDetector;
import libp2p.swarm.dial.DialContext;
import libp2p.swarm.dial.DialSlots;
import libp2p.swarm.dial.Dialer;
import libp2p.swarm.dial.WeightedPeerSelector;
import libp2p.swarm.listen.InterfaceWatch;
import libp2p.swarm.listen.Interfaces;
import libp2p.swarm.listen.ListenAddresses;
import libp2p.swarm.listen.Listeners;
import libp2p.swarm.negotiation.SemanticVersions;
import libp2p.swarm.upgrade.DefaultUpgrader;
import libp2p.swarm.upgrade.MuxerChoice;
import org.jspecify.annotations.Nullable;

/** The implementation of {@link Host}. Users get one from {@code Libp2p.host()}. */
public final class Swarm implements Host {
    private static final System.Logger LOG = System.getLogger(Swarm.class.getName());

    private final SwarmParts parts;
    private final HostEnvironment environment;
    private final Handlers handlers;
    private final ConnectionTable table;
    private final DefaultUpgrader upgrader;
    private final List<Transport> transports;
    private final Listeners listeners;
    private final Dialer dialer;
    private final BlackHoleDetector blackHoles;
    private final DialSlots slots;
    private final Set<IsolatedDialing> isolated = ConcurrentHashMap.newKeySet();
    private final WeightedPeerSelector selector;
    private final ConnectionManager connectionManager;
    private volatile @Nullable InterfaceWatch interfaces;
    private final ListenAddresses announced;
    private volatile boolean listens;
    private final AtomicBoolean closing = new AtomicBoolean();
    private volatile boolean closed;

    private Swarm(SwarmParts parts) {
        this.parts = parts;
        announced = new ListenAddresses(parts.addressBook());
        SwarmLimits limits = parts.limits();
        environment = HostEnvironment.of(parts.environment());
        handlers = new Handlers(limits.streams().handlers(), limits.streams().protocolLength());
        ConnectionPhases phases = new ConnectionPhases(parts.events());
        table = new ConnectionTable(parts.context(environment, handlers, phases), parts.gater(), parts.events());
        upgrader = new DefaultUpgrader(
                environment,
                parts.identity().peerId(),
                parts.security(),
                new MuxerChoice(parts.muxers(), parts.acceptedMuxers()),
                parts.protector(),
                parts.gater(),
                phases,
                limits.listening().acceptTimeout(),
                limits.streams().negotiation());
        selector = new WeightedPeerSelector(environment, limits.dialing().remembered());
        transports = HostTransports.create(
                parts, new TransportFactory.Context(environment, parts.identity(), upgrader, this));
        listeners = new Listeners(
                environment,
                transports,
                table,
                phases,
                parts.resources(),
                parts.gater(),
                parts.observer(),
                limits.listening().pending());
        blackHoles = new BlackHoleDetector(table::remotes);
        slots = new DialSlots(environment, limits.dialing().dials());
        dialer = new Dialer(new DialContext(
                environment,
                parts.identity().peerId(),
                transports,
                table,
                parts.peerstore(),
                parts.resources(),
                parts.gater(),
                parts.observer(),
                AddressResolver.of(environment, transports, limits.resolving()),
                new Backoff(environment, limits.dialing().remembered()),
                blackHoles,
                new CircuitBreakers(
                        environment,
                        CircuitBreakers.Options.DEFAULT.withPeers(
                                limits.dialing().remembered())),
                selector,
                slots,
                routing(parts),
                publicAddresses(parts),
                false,
                limits.dialing()));
        listeners.onChange(() -> announced.update(listeners.addresses()));
        connectionManager = parts.connectionManager().apply(this);
        handlers.onChange(() -> parts.events().publish(new ProtocolsChanged(handlers.announced())));
        table.listener(new ConnectionObservers(parts.peerstore(), parts.addressBook(), table, parts.services()));
    }

    static PublicAddresses publicAddresses(SwarmParts parts) {
        return parts.services().stream()
                .filter(PublicAddresses.class::isInstance)
                .map(PublicAddresses.class::cast)
                .findFirst()
                .orElse(Multiaddr::isPublic);
    }

    /** The routing of the application, then the services that are one. */
    private static @Nullable PeerRouting routing(SwarmParts parts) {
        List<PeerRouting> all = new ArrayList<>();
        PeerRouting first = parts.routing();
        if (first != null) {
            all.add(first);
        }
        parts.services().stream()
                .filter(PeerRouting.class::isInstance)
                .map(PeerRouting.class::cast)
                .filter(routing -> routing != first)
                .forEach(all::add);
        return all.isEmpty() ? null : PeerRouting.inTurn(all);
    }

    /**
     * Puts a host together and starts it: services first, then all listen addresses or none.
     *
     * @throws IOException if an address cannot be listened on; nothing is left behind
     */
    public static Swarm start(SwarmParts parts) throws IOException {
        Swarm swarm = new Swarm(parts);
        boolean done = false;
        try {
            for (HostService service : parts.services()) {
                service.start(swarm);
            }
            swarm.listeners.listen(parts.listen());
            swarm.watchInterfaces();
            swarm.listening();
            done = true;
            return swarm;
        } finally {
            if (!done) {
                swarm.close();
            }
        }
    }

    private void listening() {
        listens = true;
        parts.services().forEach(HostService::listening);
    }

    @Override
    public Registration listen(Multiaddr address) throws IOException {
        checkOpen();
        Listener listener = listeners.add(address);
        announced.update(listeners.addresses());
        return () -> {
            listeners.remove(listener);
            announced.update(listeners.addresses());
        };
    }

    private void watchInterfaces() throws IOException {
        List<InetAddress> first = environment.network().interfaceAddresses();
        announced.update(listeners.addresses(), Interfaces.first(first));
        interfaces =
                InterfaceWatch.start(environment, parts.limits().listening().interfacePoll(), first, now -> {
                    announced.update(listeners.addresses(), now);
                    dialer.networkChanged();
                    table.connections().stream()
                            .filter(connection ->
                                    isGone(connection.localAddress().ip(), now))
                            .forEach(
                                    connection -> closing(connection, ErrorCode.NONE, "the network interface is gone"));
                    parts.events().publish(new NetworkChanged(now.present()));
                });
    }

    private static boolean isGone(@Nullable InetAddress local, Interfaces now) {
        return local != null && now.gone().contains(local);
    }

    /** Closing may wait for a slow transport, so each gets a thread. */
    private void closing(SwarmConnection connection, long code, String reason) {
        environment.start("close-" + connection.id(), () -> connection.close(code, reason));
    }

    @Override
    public PeerId peerId() {
        return parts.identity().peerId();
    }

    @Override
    public Identity identity() {
        return parts.identity();
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public List<Multiaddr> addresses() {
        return parts.addressBook().announced();
    }

    /** The bound addresses of the listeners, with real ports; may be unspecified such as {@code /ip4/0.0.0.0}. */
    public List<Multiaddr> listenAddresses() {
        return listeners.addresses();
    }

    @Override
    public AddressBook addressBook() {
        return parts.addressBook();
    }

    @Override
    public Peerstore peerstore() {
        return parts.peerstore();
    }

    @Override
    public PeerSelector selector() {
        return selector;
    }

    @Override
    public ConnectionManager connectionManager() {
        return connectionManager;
    }

    @Override
    public ResourceManager resourceManager() {
        return parts.resources();
    }

    @Override
    public <T extends Record> T limits(T base) {
        return parts.allLimits().over(base);
    }

    @Override
    public EventBus events() {
        return parts.events();
    }

    @Override
    public Registration handle(String protocol, HandlerOptions options, StreamHandler handler) {
        return handlers.put(protocol, options, handler);
    }

    @Override
    public List<String> protocols() {
        return handlers.announced();
    }

    @Override
    public Connection connect(PeerAddress peer, DialOptions options) throws IOException {
        checkOpen();
        return dialer.connect(peer, options);
    }

    @Override
    public Stream open(PeerAddress peer, DialOptions options, String... protocols) throws IOException {
        checkOpen();
        Duration dialing = parts.limits().dialing().peerTimeout();
        Duration opening = parts.limits().streams().openTimeout();
        Deadline deadline = options.until(environment, dialing.plus(opening));
        Deadline connected = deadline.earlier(Deadline.after(environment, dialing));
        SwarmConnection connection = dialer.connect(peer, options, connected);
        if (!options.allowLimited()) {
            connection.requireUnlimited();
        }
        List<String> proposals = SemanticVersions.newestFirst(List.of(protocols));
        String known = known(connection.remotePeer(), proposals);
        return known == null
                ? negotiated(connection, deadline, proposals)
                : connection.open(deadline, proposals, known); // its first bytes have yet to travel: nothing is learned
    }

    private Stream negotiated(SwarmConnection connection, Deadline deadline, List<String> proposals)
            throws IOException {
        long start = environment.nanoTime();
        try {
            Stream stream = connection.open(deadline, proposals, null);
            selector.succeeded(connection.remotePeer(), Duration.ofNanos(environment.nanoTime() - start));
            return stream;
        } catch (DeadlineExceededException | StreamResetException | ConnectionClosedException e) {
            selector.failed(connection.remotePeer());
            throw e;
        }
    }

    /** The newest of the protocols that the peer said it speaks, or null: then the choice is negotiated. */
    private @Nullable String known(PeerId peer, List<String> proposals) {
        List<String> spoken = parts.peerstore().protocols(peer);
        return spoken.isEmpty() ? null : SemanticVersions.choose(proposals, spoken);
    }

    @Override
    public IsolatedDialer isolatedDialer() {
        IsolatedDialing[] self = new IsolatedDialing[1];
        IsolatedDialing made =
                new IsolatedDialing(parts, this, environment, blackHoles, slots, () -> isolated.remove(self[0]));
        self[0] = made;
        isolated.add(made);
        if (closed) {
            made.close();
            throw new IllegalStateException("the host is closed");
        }
        return made;
    }

    private void checkOpen() throws IOException {
        if (closed) {
            throw new HostClosedException();
        }
    }

    @Override
    public List<Connection> connections() {
        return List.copyOf(table.connections());
    }

    @Override
    public List<Connection> connections(PeerId peer) {
        return List.copyOf(table.connections(peer));
    }

    @Override
    public <T> List<T> findAll(Class<T> type) {
        return parts.services().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }

    @Override
    public Datastore datastore(String namespace) {
        return parts.datastore().namespace(namespace);
    }

    @Override
    public void expectPunch(PeerAddress peer, Deadline until) {
        PeerId id = peer.peer();
        for (Multiaddr address : peer.addresses()) {
            InetAddress from = address.ip();
            if (id != null && from != null) {
                transports.forEach(transport -> transport.expectPunch(from, id, until));
            }
        }
    }

    /** The transports of the host, in the order in which they are asked; they may know more than the host tells. */
    public List<Transport> transports() {
        return transports;
    }

    /** Number of threads of the host that run now. */
    public int threads() {
        return environment.running();
    }

    @Override
    public void close() {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        closeQuietly(connectionManager);
        InterfaceWatch watch = interfaces;
        if (watch != null) {
            watch.close();
        }
        listeners.close();
        sayGoodbye();
        closed = true;
        dialer.close();
        upgrader.close();
        isolated.forEach(Swarm::closeQuietly);
        table.closeTable()
                .forEach(connection -> closing(connection, ErrorCode.CONNECTION_SHUTDOWN, "the host shuts down"));
        parts.services().reversed().forEach(Swarm::closeQuietly);
        awaitThreads();
        transports.forEach(Swarm::closeQuietly);
        awaitThreads(); // until the system has let go of their ports
        closeQuietly(parts.resources());
        closeQuietly(parts.peerstore());
        for (Object part : List.of(parts.addressBook(), parts.events())) {
            if (part instanceof AutoCloseable closeable) {
                closeQuietly(closeable);
            }
        }
    }

    /** All services at the same time, so that a slow one takes no time from the others. */
    private void sayGoodbye() {
        if (!listens || parts.services().isEmpty()) {
            return;
        }
        Deadline deadline =
                Deadline.after(environment, parts.limits().connections().farewellTimeout());
        TaskGroup farewells =
                new TaskGroup(environment, "farewell", parts.services().size());
        try {
            for (HostService service : parts.services()) {
                farewells.fork(() -> service.closing(deadline));
            }
            if (!farewells.await(deadline)) {
                LOG.log(
                        Level.DEBUG,
                        () -> farewells.size() + " services of " + peerId() + " took too long to say goodbye");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            farewells.cancel();
        }
    }

    private void awaitThreads() {
        Deadline deadline =
                Deadline.after(environment, parts.limits().connections().closeTimeout());
        try {
            if (!environment.awaitIdle(deadline)) {
                LOG.log(Level.WARNING, () -> environment.running() + " threads of host " + peerId() + " still run");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void closeQuietly(AutoCloseable part) {
        try {
            part.close();
        } catch (InterruptedIOException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LOG.log(Level.WARNING, "closing " + part + " failed", e);
        }
    }
}
