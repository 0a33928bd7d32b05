package libp2p.swarm.resource;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.ConnectionScope;
import libp2p.core.resource.Direction;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.resource.ResourceManager;
import libp2p.core.resource.ResourceReport;
import libp2p.core.resource.ResourceScope;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.resource.StreamScope;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * The resource manager of a host. Thread-safe; one lock, held for well under a microsecond. Scopes that nothing belongs
 * to are forgotten, so that strangers cannot make it grow.
 */
public final class CountingResourceManager implements ResourceManager {
    final ReentrantLock lock = new ReentrantLock();
    final ResourceLimits limits;
    final Refusals refusals;
    final AddressLimiter addresses;
    final ScopeCounters systemNode;
    final ScopeCounters transientNode;
    final ScopeCounters allowedSystemNode;
    final ScopeCounters allowedTransientNode;
    private final ScopeCounters unprovedNode;
    private final ScopeLimit connectionLimit;
    private final ScopeLimit streamLimit;
    private final ScopeLimit transientPeerLimit;
    private final Map<PeerId, PeerCounters> peers = new HashMap<>();
    private final Map<String, ScopeCounters> protocols = new HashMap<>();
    private final Map<String, ScopeCounters> services = new HashMap<>();
    private volatile Runnable scarcity = () -> {};
    private long connections;
    private long streams;

    /** Nothing is charged yet; refusals take their time from the environment. */
    public CountingResourceManager(Environment environment, ResourceLimits limits) {
        this.limits = limits;
        this.refusals = new Refusals(environment);
        this.addresses = new AddressLimiter(environment, limits.addresses(), limits.allowed(), refusals);
        this.systemNode = single(ScopeKind.SYSTEM);
        this.transientNode = single(ScopeKind.TRANSIENT);
        this.allowedSystemNode = single(ScopeKind.ALLOWLISTED_SYSTEM);
        this.allowedTransientNode = single(ScopeKind.ALLOWLISTED_TRANSIENT);
        this.unprovedNode = single(ScopeKind.UNPROVED);
        this.connectionLimit = limits.of(ScopeKind.CONNECTION);
        this.streamLimit = limits.of(ScopeKind.STREAM);
        this.transientPeerLimit = limits.of(ScopeKind.TRANSIENT_PEER);
    }

    private ScopeCounters single(ScopeKind kind) {
        ScopeCounters node = new ScopeCounters(kind, kind.toString(), limits.of(kind), refusals);
        node.attach(); // for ever
        return node;
    }

    /** With {@linkplain ResourceLimits#ofThisMachine() the limits of this machine}. */
    public static CountingResourceManager scaledToThisMachine(Environment environment) {
        return new CountingResourceManager(environment, ResourceLimits.ofThisMachine());
    }

    /** The limits that are in force. */
    public ResourceLimits limits() {
        return limits;
    }

    @Override
    public ConnectionScope openConnection(Direction direction, boolean descriptor, Multiaddr remote)
            throws LimitExceededException {
        ResourceRefusal refusal;
        lock.lock();
        try {
            refusal = direction == Direction.INBOUND ? addresses.open(remote) : null;
            if (refusal == null) {
                Charge charge = Charge.connection(direction, descriptor);
                CountingConnectionScope scope = connection(charge, direction, remote, false);
                refusal = scope.charge();
                if (refusal != null && limits.allowed().allows(remote)) {
                    scope = connection(charge, direction, remote, true);
                    refusal = scope.charge();
                }
                if (refusal == null) {
                    return scope;
                }
                scope.closing();
            }
            refusals.count(refusal);
        } finally {
            lock.unlock();
        }
        throw refusal.exception();
    }

    @Override
    public @Nullable ConnectionScope openUnproved(Multiaddr remote) {
        lock.lock();
        try {
            ScopeCounters own = new NumberedCounters(ScopeKind.CONNECTION, ++connections, connectionLimit, refusals);
            Charge charge = Charge.connection(Direction.INBOUND, false);
            CountingConnectionScope scope = CountingConnectionScope.unproved(this, own, charge, remote, unprovedNode);
            return scope.charge() == null ? scope : null;
        } finally {
            lock.unlock();
        }
    }

    private CountingConnectionScope connection(Charge charge, Direction direction, Multiaddr remote, boolean allowed) {
        ScopeCounters own = new NumberedCounters(ScopeKind.CONNECTION, ++connections, connectionLimit, refusals);
        return new CountingConnectionScope(
                this,
                own,
                charge,
                direction,
                remote,
                allowed,
                allowed ? allowedTransientNode : transientNode,
                allowed ? allowedSystemNode : systemNode);
    }

    @Override
    public void onScarcity(Runnable action) {
        scarcity = action;
    }

    /** Little is left for all. The lock is not held. */
    void scarce() {
        scarcity.run();
    }

    @Override
    public StreamScope openStream(PeerId peer, Direction direction) throws LimitExceededException {
        ResourceRefusal refusal;
        CountingStreamScope scope;
        boolean scarce;
        lock.lock();
        try {
            ScopeCounters own = new NumberedCounters(ScopeKind.STREAM, ++streams, streamLimit, refusals);
            PeerCounters node = peerNode(peer);
            scope = new CountingStreamScope(this, own, Charge.stream(direction), node);
            refusal = direction == Direction.INBOUND ? checkShares(node) : null;
            if (refusal == null) {
                refusal = scope.charge();
            }
            if (refusal != null) {
                refusals.count(refusal);
            }
            scarce = systemNode.isScarce();
        } finally {
            lock.unlock();
        }
        if (scarce) {
            scarce();
        }
        if (refusal != null) {
            throw refusal.exception();
        }
        return scope;
    }

    /** The refusal of a peer that has its part of the inbound streams of all, or null. The lock is held. */
    private @Nullable ResourceRefusal checkShares(PeerCounters node) {
        ResourceRefusal refusal = node.transientNode.checkShare(transientNode);
        return refusal == null ? node.checkShare(systemNode) : refusal;
    }

    PeerCounters peerNode(PeerId peer) {
        PeerCounters node = peers.get(peer);
        if (node == null) {
            ScopeLimit limit =
                    limits.names().isEmpty() ? limits.of(ScopeKind.PEER) : limits.of(ScopeKind.PEER, peer.toString());
            node = new PeerCounters(peer, limit, transientPeerLimit, refusals);
            peers.put(peer, node);
        }
        return node;
    }

    ScopeCounters protocolNode(String protocol) {
        return named(protocols, ScopeKind.PROTOCOL, protocol);
    }

    ScopeCounters serviceNode(String service) {
        return named(services, ScopeKind.SERVICE, service);
    }

    private ScopeCounters named(Map<String, ScopeCounters> nodes, ScopeKind kind, String name) {
        ScopeCounters node = nodes.get(name);
        if (node == null) {
            node = new NamedCounters(kind, name, limits.of(kind, name), refusals, nodes);
            nodes.put(name, node);
        }
        return node;
    }

    ScopeCounters partNode(ScopeKind kind, String subject, PeerCounters peer) {
        return peer.part(kind, subject, limits, refusals);
    }

    /** Forgets those of the scopes that nothing belongs to. The lock is held. */
    void forgetUnused(ScopeCounters... candidates) {
        for (ScopeCounters node : candidates) {
            if (node.isUnused()) {
                forget(node);
            }
        }
    }

    /** The lock is held. */
    void forget(ScopeCounters node) {
        switch (node) {
            case PeerCounters peer -> peers.remove(peer.peer);
            case PeerCounters.Part part -> part.forget();
            case NamedCounters named -> named.forget();
            default -> {}
        }
    }

    @Override
    public ResourceScope system() {
        return new SharedScope(this, systemNode.name(), () -> systemNode, () -> systemNode);
    }

    @Override
    public ResourceScope service(String name) {
        return new SharedScope(this, "service:" + name, () -> serviceNode(name), () -> services.get(name));
    }

    @Override
    public ResourceScope protocol(String protocol) {
        return new SharedScope(
                this, "protocol:" + protocol, () -> protocolNode(protocol), () -> protocols.get(protocol));
    }

    @Override
    public ResourceScope peer(PeerId peer) {
        return new SharedScope(this, "peer:" + peer, () -> peerNode(peer), () -> peers.get(peer));
    }

    @Override
    public SequencedMap<String, ScopeUsage> usage() {
        SequencedMap<String, ScopeUsage> usage = new TreeMap<>();
        lock.lock();
        try {
            ownNodes().forEach(node -> usage.put(node.name(), node.usage()));
            forEachOther(node -> usage.put(node.name(), node.usage()));
        } finally {
            lock.unlock();
        }
        usage.values().removeIf(ScopeUsage.EMPTY::equals);
        return usage;
    }

    private List<ScopeCounters> ownNodes() {
        return List.of(systemNode, transientNode, allowedSystemNode, allowedTransientNode, unprovedNode);
    }

    private void forEachOther(Consumer<ScopeCounters> action) {
        protocols.values().forEach(action);
        services.values().forEach(action);
        for (PeerCounters peer : peers.values()) {
            action.accept(peer);
            peer.forEachPart(action);
        }
    }

    @Override
    public ResourceReport report() {
        List<ResourceReport.Scope> scopes = new ArrayList<>();
        List<ResourceReport.Scope> others = new ArrayList<>();
        lock.lock();
        try {
            ownNodes().forEach(node -> scopes.add(node.report()));
            forEachOther(node -> others.add(node.report()));
            others.sort(Comparator.comparing(ResourceReport.Scope::name));
            scopes.addAll(others);
            return new ResourceReport(
                    scopes,
                    refusals.report(),
                    refusals.last().stream().map(ResourceRefusal::report).toList());
        } finally {
            lock.unlock();
        }
    }

    /**
     * Number of refusals by the limits, by kind of scope and resource, for example {@code "peer.streamsInbound"};
     * sorted.
     */
    public SequencedMap<String, Long> refusals() {
        lock.lock();
        try {
            return refusals.counts();
        } finally {
            lock.unlock();
        }
    }

    /** The last refusals, at most 64, oldest first: who was limited by what. */
    public List<ResourceRefusal> lastRefusals() {
        lock.lock();
        try {
            return refusals.last();
        } finally {
            lock.unlock();
        }
    }

    /** Number of known scopes of peers, protocols and services; for tests. */
    int scopes() {
        lock.lock();
        try {
            int[] parts = {0};
            peers.values().forEach(peer -> peer.forEachPart(part -> parts[0]++));
            return peers.size() + protocols.size() + services.size() + parts[0];
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {}
}
