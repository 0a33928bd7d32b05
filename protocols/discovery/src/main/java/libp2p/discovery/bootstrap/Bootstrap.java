package libp2p.discovery.bootstrap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import libp2p.core.connection.Connection;
import libp2p.core.environment.RepeatingTimer;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Connects a host to peers that were named when it starts, and again whenever it has too few peers: at every look as
 * many are dialed at once as are missing, the named ones in a random order, then some that the peerstore remembers. A
 * peer that cannot be reached is tried again at a later look, as the back-off of the host permits. Connections that are
 * there are neither closed nor protected; {@link libp2p.core.host.ConnectionManager#keep} is for peers that must stay.
 * Thread-safe.
 */
public final class Bootstrap implements HostService {
    /**
     * The first look comes so long after the host has begun to start, when it listens and can dial from its own ports.
     */
    private static final Duration FIRST = Duration.ofMillis(100);

    private final List<PeerAddress> named;
    private final BootstrapLimits limits;
    private final AtomicReference<@Nullable RepeatingTimer> timer = new AtomicReference<>();
    /** The peers that answered at named addresses without a peer id; at most as many as are named. */
    private final Map<PeerAddress, PeerId> answered = new ConcurrentHashMap<>();

    /**
     * @param named for example {@code /dnsaddr/example.org/p2p/12D3Koo…}; an address without a peer takes the
     *     peer that answers there
     * @throws IllegalArgumentException if none is named, or more than the limits allow
     */
    public Bootstrap(List<PeerAddress> named, BootstrapLimits limits) {
        if (named.isEmpty() || named.size() > limits.named()) {
            throw new IllegalArgumentException(named.size() + " bootstrap peers, there must be 1 to " + limits.named());
        }
        this.named = List.copyOf(named);
        this.limits = limits;
    }

    @Override
    public void start(Host started) {
        RandomGenerator random = started.environment().random("discovery.bootstrap");
        RepeatingTimer looks = new RepeatingTimer(started.environment(), again -> look(started, random, again));
        if (!timer.compareAndSet(null, looks)) {
            throw new IllegalStateException("a bootstrap serves one host");
        }
        looks.arm(FIRST.toNanos());
    }

    private void look(Host at, RandomGenerator random, RepeatingTimer looks) {
        Runnable done = () -> looks.arm((long) (limits.period().toNanos() * random.nextDouble(0.9, 1.1)));
        int missing = limits.minimumPeers() - chosen(at).size();
        if (missing > 0) {
            new Round(at, limits, candidates(at, random), this::found, done).start(missing);
        } else {
            done.run();
        }
    }

    private void found(PeerAddress candidate, PeerId peer) {
        if (candidate.peer() == null) {
            answered.put(candidate, peer);
        }
    }

    /** The peers that this host has dialed: those that dialed it may all be one attacker's. */
    private static Set<PeerId> chosen(Host host) {
        return host.connections().stream()
                .filter(connection -> connection.direction() == Direction.OUTBOUND)
                .map(Connection::remotePeer)
                .collect(Collectors.toSet());
    }

    private static Set<PeerId> connected(Host host) {
        return host.connections().stream().map(Connection::remotePeer).collect(Collectors.toSet());
    }

    /** The peers to dial, in this order: the named ones, then some of those that are remembered. */
    private List<PeerAddress> candidates(Host at, RandomGenerator random) {
        List<PeerAddress> all = draw(named, named.size(), random);
        draw(at.peerstore().peers(), limits.remembered(), random).forEach(peer -> all.add(PeerAddress.of(peer)));
        Set<PeerId> connected = connected(at);
        all.removeIf(candidate -> {
            PeerId peer = candidate.peer() == null ? answered.get(candidate) : candidate.peer();
            return peer != null && (peer.equals(at.peerId()) || connected.contains(peer));
        });
        return all;
    }

    /** As many as wanted, or all there are, each as likely as the others and in a random order. */
    private static <T> List<T> draw(List<T> from, int count, RandomGenerator random) {
        List<T> pool = new ArrayList<>(from);
        List<T> drawn = new ArrayList<>();
        while (drawn.size() < count && !pool.isEmpty()) {
            int index = random.nextInt(pool.size());
            drawn.add(pool.get(index));
            pool.set(index, pool.getLast());
            pool.removeLast();
        }
        return drawn;
    }

    /** Looks no more; the host ends its dials. */
    @Override
    public void close() {
        RepeatingTimer looks = timer.get();
        if (looks != null) {
            looks.close();
        }
    }
}
