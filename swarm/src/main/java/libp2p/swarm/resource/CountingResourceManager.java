package libp2p.swarm.resource;

import java.lang.management.ManagementFactory;
import java.util.HashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Direction;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceManager;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.resource.StreamScope;
import libp2p.multiformats.multiaddr.Multiaddr;

/** The resource manager of a host. Thread-safe. */
public final class CountingResourceManager implements ResourceManager {
    final ReentrantLock lock = new ReentrantLock();
    final Node systemNode;
    final AddressLimiter addresses;
    private final ResourceLimits limits;
    private final Node transientNode;
    /** Scopes that come and go with what is charged to them; by name. */
    private final Map<String, Node> nodes = new HashMap<>();

    private long connections;
    private long streams;

    public CountingResourceManager(Environment environment, ResourceLimits limits) {
        this.limits = limits;
        this.systemNode = new Node("system", limits.system());
        this.transientNode = new Node("transient", limits.transients());
        this.addresses = new AddressLimiter(environment, limits.addresses());
    }

    /** go-libp2p's limits for an eighth of this machine's memory and half of this process's file descriptors. */
    public static CountingResourceManager scaledToThisMachine(Environment environment) {
        var system = ManagementFactory.getOperatingSystemMXBean();
        long memory = Runtime.getRuntime().maxMemory();
        int descriptors = 1024;
        if (system instanceof com.sun.management.OperatingSystemMXBean known) {
            memory = known.getTotalMemorySize();
        }
        if (system instanceof com.sun.management.UnixOperatingSystemMXBean unix) {
            descriptors = (int) Math.min(1 << 20, unix.getMaxFileDescriptorCount());
        }
        return new CountingResourceManager(environment, ResourceLimits.scaled(memory / 8, descriptors / 2));
    }

    @Override
    public ConnectionScope openConnection(Direction direction, boolean descriptor, Multiaddr remote)
            throws LimitExceededException {
        lock.lock();
        try {
            Node own = new Node("connection:" + ++connections, limits.connection());
            Charge charge = Charge.connection(direction, descriptor);
            boolean inbound = direction == Direction.INBOUND;
            CountingConnectionScope scope = new CountingConnectionScope(
                    this, own, charge, inbound ? remote : Multiaddr.EMPTY, transientNode, systemNode);
            if (inbound) {
                addresses.open(remote);
            }
            boolean charged = false;
            try {
                scope.charge();
                charged = true;
                return scope;
            } finally {
                if (!charged && inbound) {
                    addresses.close(remote);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public StreamScope openStream(PeerId peer, Direction direction) throws LimitExceededException {
        lock.lock();
        try {
            Node own = new Node("stream:" + ++streams, limits.stream());
            Node peerNode = peerNode(peer);
            CountingStreamScope scope = new CountingStreamScope(
                    this, own, Charge.stream(direction), peer, peerNode, transientNode, systemNode);
            try {
                scope.charge();
            } catch (LimitExceededException e) {
                forgetIfEmpty(peerNode);
                throw e;
            }
            return scope;
        } finally {
            lock.unlock();
        }
    }

    Node peerNode(PeerId peer) {
        return nodes.computeIfAbsent("peer:" + peer, name -> new Node(name, limits.peer()));
    }

    Node protocolNode(String protocol) {
        return nodes.computeIfAbsent("protocol:" + protocol, name -> new Node(name, limits.protocol()));
    }

    Node protocolPeerNode(String protocol, PeerId peer) {
        return nodes.computeIfAbsent(
                "protocol:" + protocol + " peer:" + peer, name -> new Node(name, limits.protocolPeer()));
    }

    Node serviceNode(String service) {
        return nodes.computeIfAbsent("service:" + service, name -> new Node(name, limits.service()));
    }

    Node servicePeerNode(String service, PeerId peer) {
        return nodes.computeIfAbsent(
                "service:" + service + " peer:" + peer, name -> new Node(name, limits.servicePeer()));
    }

    /** Scopes to which nothing is charged are forgotten, so that strangers cannot make the map grow. The lock is held. */
    void forgetIfEmpty(Node... candidates) {
        for (Node node : candidates) {
            if (node.isEmpty() && node != systemNode && node != transientNode) {
                nodes.remove(node.name, node);
            }
        }
    }

    @Override
    public ResourceScope system() {
        return scope(systemNode);
    }

    @Override
    public ResourceScope service(String name) {
        lock.lock();
        try {
            return scope(serviceNode(name));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ResourceScope protocol(String protocol) {
        lock.lock();
        try {
            return scope(protocolNode(protocol));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public ResourceScope peer(PeerId peer) {
        lock.lock();
        try {
            return scope(peerNode(peer));
        } finally {
            lock.unlock();
        }
    }

    private ResourceScope scope(Node node) {
        Charge nothing = new Charge(0, 0, 0, 0, 0, 0);
        return node == systemNode
                ? new ChargedScope(this, node, nothing)
                : new ChargedScope(this, node, nothing, systemNode);
    }

    @Override
    public SequencedMap<String, ScopeUsage> usage() {
        lock.lock();
        try {
            TreeMap<String, ScopeUsage> usage = new TreeMap<>();
            usage.put(systemNode.name, systemNode.usage());
            usage.put(transientNode.name, transientNode.usage());
            nodes.forEach((name, node) -> usage.put(name, node.usage()));
            usage.values().removeIf(ScopeUsage.EMPTY::equals);
            return usage;
        } finally {
            lock.unlock();
        }
    }

    /** How often each limit refused, by scope and limit, for the scopes that are there now. */
    public SequencedMap<String, Map<String, Long>> refusals() {
        lock.lock();
        try {
            TreeMap<String, Map<String, Long>> refusals = new TreeMap<>();
            refusals.put(systemNode.name, Map.copyOf(systemNode.refusals()));
            refusals.put(transientNode.name, Map.copyOf(transientNode.refusals()));
            nodes.forEach((name, node) -> refusals.put(name, Map.copyOf(node.refusals())));
            refusals.values().removeIf(Map::isEmpty);
            return refusals;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}
