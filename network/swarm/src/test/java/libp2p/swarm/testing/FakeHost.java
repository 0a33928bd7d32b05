package libp2p.swarm.testing;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ConnectionLimits;
import libp2p.core.connection.DialException;
import libp2p.core.connection.Stream;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.host.ConnectionManager;
import libp2p.core.host.DialOptions;
import libp2p.core.host.HandlerOptions;
import libp2p.core.host.Host;
import libp2p.core.host.IsolatedDialer;
import libp2p.core.host.PeerAddress;
import libp2p.core.host.Registration;
import libp2p.core.host.StreamHandler;
import libp2p.core.identity.Identity;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.AddressBook;
import libp2p.core.peer.PeerSelector;
import libp2p.core.peer.Peerstore;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceManager;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.swarm.HostEnvironment;
import libp2p.swarm.events.BoundedEventBus;
import libp2p.swarm.resource.CountingResourceManager;
import libp2p.swarm.resource.ResourceLimits;

/** A host without a network: tests put connections in, and say what a dial does. */
public final class FakeHost implements Host {
    /** The outcome of a dial. */
    @FunctionalInterface
    public interface Dial {
        Connection to(PeerAddress peer, DialOptions options) throws IOException;
    }

    private final Environment outside;
    private final HostEnvironment environment;
    private final BoundedEventBus events;
    private final CountingResourceManager resources;
    private final List<FakeConnection> connections = new CopyOnWriteArrayList<>();
    private volatile Dial dial = (peer, options) -> {
        throw new DialException(peer.peer(), "no dials in this test", new LinkedHashMap<>());
    };
    private long lastId;

    /** A host without limits. */
    public FakeHost(Environment environment) {
        this(environment, ResourceLimits.unlimited());
    }

    /** A host with limits. */
    public FakeHost(Environment environment, ResourceLimits limits) {
        this.outside = environment;
        this.environment = new HostEnvironment(environment);
        this.events = new BoundedEventBus(this.environment);
        this.resources = new CountingResourceManager(this.environment, limits);
    }

    public void dial(Dial value) {
        dial = value;
    }

    /** The simulated machine that the host runs on. */
    public SimulatedEnvironment machine() {
        return (SimulatedEnvironment) outside;
    }

    /** Threads of the host that run. */
    public int threads() {
        return environment.running();
    }

    public FakeConnection connect(int peer, Direction direction) {
        return connect(Peers.id(peer), direction, Peers.address(peer), false);
    }

    public FakeConnection connect(PeerId peer, Direction direction, Multiaddr remote, boolean limited) {
        ConnectionScope scope;
        try {
            scope = resources.openConnection(direction, true, remote);
            scope.setPeer(peer);
        } catch (LimitExceededException e) {
            throw new AssertionError(e);
        }
        boolean first = connections(peer).isEmpty();
        ConnectionLimits limits = limited ? new ConnectionLimits(Duration.ofMinutes(2), 1 << 17) : null;
        FakeConnection connection = new FakeConnection(this, ++lastId, peer, direction, remote, scope, limits);
        connections.add(connection);
        if (first) {
            events.publish(new ConnectednessChanged(peer, Connectedness.CONNECTED));
        }
        return connection;
    }

    void closed(FakeConnection connection) {
        connections.remove(connection);
        if (connections(connection.remotePeer()).isEmpty()) {
            events.publish(new ConnectednessChanged(connection.remotePeer(), Connectedness.NOT_CONNECTED));
        }
    }

    @Override
    public PeerId peerId() {
        return Peers.id(0);
    }

    @Override
    public Identity identity() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public List<Multiaddr> addresses() {
        return List.of();
    }

    @Override
    public void expectPunch(PeerAddress peer, Deadline until) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AddressBook addressBook() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Peerstore peerstore() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PeerSelector selector() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ConnectionManager connectionManager() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ResourceManager resourceManager() {
        return resources;
    }

    @Override
    public EventBus events() {
        return events;
    }

    @Override
    public Registration handle(String protocol, HandlerOptions options, StreamHandler handler) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> protocols() {
        return List.of();
    }

    @Override
    public Connection connect(PeerAddress peer, DialOptions options) throws IOException {
        return dial.to(peer, options);
    }

    @Override
    public IsolatedDialer isolatedDialer() {
        throw new UnsupportedOperationException("no network");
    }

    @Override
    public Stream open(PeerAddress peer, DialOptions options, String... protocols) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<Connection> connections() {
        return List.copyOf(connections);
    }

    @Override
    public List<Connection> connections(PeerId peer) {
        return connections.stream()
                .filter(connection -> connection.remotePeer().equals(peer))
                .map(Connection.class::cast)
                .toList();
    }

    @Override
    public Registration listen(Multiaddr address) throws IOException {
        throw new IOException("no listeners in this test");
    }

    @Override
    public <T> List<T> findAll(Class<T> type) {
        return List.of();
    }

    @Override
    public Datastore datastore(String namespace) {
        throw new UnsupportedOperationException("no datastore in this test");
    }

    @Override
    public void close() {
        connections.forEach(connection -> connection.close(0, "closed"));
    }
}
