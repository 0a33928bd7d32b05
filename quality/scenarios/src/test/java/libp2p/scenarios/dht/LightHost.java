package libp2p.scenarios.dht;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import libp2p.core.connection.Connection;
import libp2p.core.connection.DialException;
import libp2p.core.connection.ErrorCode;
import libp2p.core.connection.NegotiationException;
import libp2p.core.connection.Stream;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.event.EventBus;
import libp2p.core.event.HostEvent.Connectedness;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.PeerIdentified;
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
import libp2p.core.resource.ResourceManager;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.storage.MemoryDatastore;
import libp2p.swarm.events.BoundedEventBus;
import libp2p.swarm.peerstore.MemoryPeerstore;
import org.jspecify.annotations.Nullable;

/**
 * A host without sockets, security and muxer, for services in networks of thousands: it dials, opens streams, is identified and
 * closes the connections that were used longest ago, as the complete one does by default.
 */
final class LightHost implements Host {
    private static final int MOST_CONNECTIONS = 192;
    private static final int KEPT_CONNECTIONS = 160;
    private static final long TRIM_NANOS = 10_000_000_000L;
    private static final long UNREACHABLE_NANOS = 5_000_000_000L;

    private final LightNetwork network;
    private final Environment environment;
    private final PeerId peerId;
    private final Multiaddr address;
    private final long delay;
    private final Map<PeerId, LightConnection> connections = new LinkedHashMap<>();
    private final Map<String, StreamHandler> handlers = new TreeMap<>();
    private final LightConnectionManager manager = new LightConnectionManager();
    private @Nullable MemoryPeerstore peerstore;
    private @Nullable BoundedEventBus events;
    private @Nullable MemoryDatastore datastore;
    private List<Connection> listed = List.of();
    private boolean changed;
    private long trimmed;
    private long messages;
    private long bytes;

    /** @param delay nanoseconds that this end adds to the latency of its connections */
    LightHost(LightNetwork network, Environment environment, PeerId peerId, String ip, long delay) {
        this.network = network;
        this.environment = environment;
        this.peerId = peerId;
        this.address = Multiaddr.parse("/ip4/" + ip + "/tcp/4001");
        this.delay = delay;
    }

    LightNetwork network() {
        return network;
    }

    Multiaddr address() {
        return address;
    }

    PeerAddress peerAddress() {
        return PeerAddress.of(peerId, addresses());
    }

    long delay() {
        return delay;
    }

    void count(int length) {
        messages++;
        bytes += length;
    }

    /** Messages that were sent and received. */
    long messages() {
        return messages;
    }

    /** Bytes of these messages. */
    long bytes() {
        return bytes;
    }

    @Override
    public Connection connect(PeerAddress peer, DialOptions options) throws IOException {
        PeerId id = peer.peer();
        if (id == null) {
            throw new UnsupportedOperationException("a dial without a peer id");
        }
        LightConnection known = connections.get(id);
        if (known != null) {
            return known;
        }
        List<Multiaddr> where = new ArrayList<>(peer.addresses());
        where.addAll(peerstore().addresses(id));
        LightHost target = network.find(id);
        if (target == null || target == this || !where.contains(target.address)) {
            pause(UNREACHABLE_NANOS);
            throw new DialException(id, "nothing answers", new LinkedHashMap<>());
        }
        pause(4 * (delay + target.delay)); // for TCP and the handshakes
        known = connections.get(id);
        if (known != null) {
            return known;
        }
        LightConnection made = LightConnection.pair(this, target);
        connections.put(id, made);
        target.connections.put(peerId, made.other());
        changed = true;
        target.changed = true;
        identified(made);
        target.identified(made.other());
        trim();
        target.trim();
        return made;
    }

    private void pause(long nanos) throws InterruptedIOException {
        Deadline until = Deadline.afterNanos(environment, nanos);
        while (!until.passed(environment)) {
            environment.park(this, until);
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("a dial was interrupted");
            }
        }
    }

    /** What identify tells about the other end. */
    private void identified(LightConnection connection) {
        if (events == null) { // an attacker does not care
            return;
        }
        LightHost remote = connection.remote();
        events().publish(new ConnectednessChanged(remote.peerId, Connectedness.CONNECTED));
        peerstore().addAddresses(remote.peerId, remote.addresses(), Peerstore.Source.IDENTIFY, Peerstore.CONNECTED);
        tell(connection, remote.protocols());
    }

    private void tell(LightConnection connection, List<String> protocols) {
        PeerId peer = connection.remotePeer();
        peerstore().setProtocols(peer, protocols);
        events().publish(new PeerIdentified(
                connection, peer, null, null, protocols, connection.remote().addresses(), null, false));
    }

    private void trim() {
        long now = environment.nanoTime();
        if (connections.size() <= MOST_CONNECTIONS || now - trimmed < TRIM_NANOS) {
            return;
        }
        trimmed = now;
        List<LightConnection> least = connections.values().stream()
                .filter(connection -> connection.isIdle() && manager.value(connection.remotePeer()) == 0)
                .sorted(java.util.Comparator.comparingLong(LightConnection::used))
                .limit(connections.size() - KEPT_CONNECTIONS)
                .toList();
        least.forEach(connection -> connection.close(0, "trimmed"));
    }

    void closed(LightConnection connection) {
        changed = true;
        if (connections.remove(connection.remotePeer(), connection) && events != null) {
            events.publish(new ConnectednessChanged(connection.remotePeer(), Connectedness.NOT_CONNECTED));
        }
        if (peerstore != null) {
            peerstore.expireAddresses(connection.remotePeer(), Peerstore.RECENTLY_CONNECTED);
        }
    }

    /** The host serves nothing any more, and says so. */
    void leave() {
        network.remove(this);
        handlers.clear();
        for (LightConnection connection : connections.values()) {
            if (connection.remote().events != null) {
                connection.remote().tell(connection.other(), List.of());
            }
        }
    }

    @Override
    public Stream open(PeerAddress peer, DialOptions options, String... protocols) throws IOException {
        LightConnection connection = (LightConnection) connect(peer, options);
        LightHost remote = connection.remote();
        String agreed = Arrays.stream(protocols)
                .filter(remote.handlers::containsKey)
                .findFirst()
                .orElse(null);
        if (agreed == null) {
            pause(2 * (delay + remote.delay));
            throw new NegotiationException("no protocol in common with " + peer.peer(), List.of(protocols));
        }
        StreamHandler handler = remote.handlers.get(agreed);
        LightStream stream = LightStream.pair(connection, connection.other(), agreed);
        remote.environment.start("stream", () -> serve(handler, stream.other()));
        return stream;
    }

    private static void serve(StreamHandler handler, LightStream stream) {
        try {
            handler.handle(stream);
            stream.close();
        } catch (Exception e) {
            stream.reset(ErrorCode.NONE);
        }
    }

    @Override
    public Registration handle(String protocol, HandlerOptions options, StreamHandler handler) {
        handlers.put(protocol, handler);
        return () -> handlers.remove(protocol);
    }

    @Override
    public PeerId peerId() {
        return peerId;
    }

    @Override
    public Environment environment() {
        return environment;
    }

    @Override
    public List<Multiaddr> addresses() {
        return List.of(address);
    }

    @Override
    public Peerstore peerstore() {
        if (peerstore == null) {
            peerstore = new MemoryPeerstore(environment);
        }
        return peerstore;
    }

    @Override
    public EventBus events() {
        if (events == null) {
            events = new BoundedEventBus(environment);
        }
        return events;
    }

    @Override
    public Datastore datastore(String namespace) {
        if (datastore == null) {
            datastore = new MemoryDatastore();
        }
        return datastore.namespace(namespace);
    }

    @Override
    public ConnectionManager connectionManager() {
        return manager;
    }

    @Override
    public List<String> protocols() {
        return List.copyOf(handlers.keySet());
    }

    @Override
    public List<Connection> connections() {
        if (changed) {
            listed = List.copyOf(connections.values());
            changed = false;
        }
        return listed;
    }

    @Override
    public List<Connection> connections(PeerId peer) {
        LightConnection connection = connections.get(peer);
        return connection == null ? List.of() : List.of(connection);
    }

    @Override
    public void close() {
        List.copyOf(connections.values()).forEach(connection -> connection.close(0, "leaving"));
    }

    @Override
    public Identity identity() {
        throw new UnsupportedOperationException();
    }

    @Override
    public AddressBook addressBook() {
        throw new UnsupportedOperationException();
    }

    @Override
    public PeerSelector selector() {
        throw new UnsupportedOperationException();
    }

    @Override
    public ResourceManager resourceManager() {
        throw new UnsupportedOperationException();
    }

    @Override
    public IsolatedDialer isolatedDialer() {
        throw new UnsupportedOperationException();
    }

    @Override
    public Registration listen(Multiaddr where) {
        throw new UnsupportedOperationException();
    }

    @Override
    public <T> List<T> findAll(Class<T> type) {
        return List.of();
    }

    @Override
    public void expectPunch(PeerAddress peer, Deadline until) {
        throw new UnsupportedOperationException();
    }
}
