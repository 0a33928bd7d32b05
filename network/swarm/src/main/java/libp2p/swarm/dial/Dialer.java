package libp2p.swarm.dial;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DialException;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.HostClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.failure.NetworkFailure;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.PeerSelector;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.core.transport.DialRequest.Purpose;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.breaker.CircuitBreakers;
import libp2p.swarm.breaker.CircuitOpenException;
import libp2p.swarm.connection.SwarmConnection;
import org.jspecify.annotations.Nullable;

/** Connects to peers: uses an open connection, joins a dial that runs, or starts one. Thread-safe. */
public final class Dialer implements AutoCloseable {
    /**
     * Set while a transport dials: what it dials in turn, a relay for example, must not wait for places that it holds.
     */
    static final ScopedValue<Boolean> NESTED = ScopedValue.newInstance();

    /**
     * Dials that agree in this are shared.
     *
     * @param addresses those that are dialed and no others; empty if more are known or may be offered
     */
    private record Key(
            @Nullable PeerId peer,
            List<Multiaddr> addresses,
            boolean direct,
            boolean fresh,
            boolean ignoreBackoff,
            boolean routed,
            boolean nested,
            Role role,
            Purpose purpose) {
        static Key of(PeerAddress target, DialOptions options) {
            boolean exact = target.peer() == null || options.exactAddresses();
            return new Key(
                    target.peer(),
                    exact ? target.addresses() : List.of(),
                    options.forceDirect(),
                    options.newConnection(),
                    options.ignoreBackoff(),
                    options.usesRouting(),
                    NESTED.isBound(),
                    options.role(),
                    options.purpose());
        }
    }

    /** Tells the selector and, if it was asked, the circuit breaker how a dial of a peer ended. */
    private record Outcome(PeerSelector selector, @Nullable PeerId peer, CircuitBreakers.@Nullable Permit permit)
            implements CircuitBreakers.Permit {
        @Override
        public void succeeded() {
            if (permit != null) {
                permit.succeeded();
            }
        }

        @Override
        public void failed() {
            if (permit != null) {
                permit.failed();
            }
            if (peer != null) {
                selector.failed(peer);
            }
        }

        @Override
        public void abandoned() {
            if (permit != null) {
                permit.abandoned();
            }
        }
    }

    private final DialContext context;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, PeerDial> running = new LinkedHashMap<>();
    private boolean closed;

    public Dialer(DialContext context) {
        this.context = context;
    }

    /** See {@link libp2p.core.host.Host#connect(PeerAddress, DialOptions)}. */
    public SwarmConnection connect(PeerAddress target, DialOptions options) throws IOException {
        return connect(
                target,
                options,
                options.until(context.environment(), context.limits().peerTimeout()));
    }

    /**
     * As {@link #connect(PeerAddress, DialOptions)}, until a moment. The connection is limited although the options do
     * not allow it only if there is no other and none could be made.
     */
    public SwarmConnection connect(PeerAddress target, DialOptions options, Deadline deadline) throws IOException {
        PeerId peer = target.peer();
        if (peer == null) {
            requireDial(null, options);
            return dial(target, options, deadline);
        }
        if (peer.equals(context.self())) {
            throw new DialException(peer, "that is this host itself", new LinkedHashMap<>());
        }
        SwarmConnection present = present(peer, options);
        if (present != null) {
            return present;
        }
        SwarmConnection limited = options.forceDirect() || options.newConnection()
                ? null
                : context.table().best(peer);
        SwarmConnection made = limited == null ? make(target, peer, options, deadline) : limited;
        if (!made.isLimited() || options.allowLimited()) {
            return made;
        }
        if (options.awaitDirect()) {
            return new DirectConnectionWait(context, peer).await(deadline);
        }
        return limited == null || options.noDial() ? made : improve(limited, target, peer, options, deadline);
    }

    private SwarmConnection make(PeerAddress target, PeerId peer, DialOptions options, Deadline deadline)
            throws IOException {
        requireDial(peer, options);
        requireGate(peer);
        return dial(target, options, deadline);
    }

    /** A direct connection instead of a limited one, which is still the best if there is none. */
    private SwarmConnection improve(
            SwarmConnection limited, PeerAddress target, PeerId peer, DialOptions options, Deadline deadline)
            throws IOException {
        try {
            requireGate(peer);
            return dial(target, options.withForceDirect().withoutRouting(), deadline);
        } catch (DialException | GatedException e) {
            if (limited.isOpen()) {
                return limited;
            }
            throw e;
        }
    }

    private void requireGate(PeerId peer) throws GatedException {
        if (!context.gater().interceptPeerDial(peer)) {
            throw new GatedException("peer dial", peer);
        }
    }

    private static void requireDial(@Nullable PeerId peer, DialOptions options) throws DialException {
        if (options.noDial()) {
            throw new DialException(peer, "not connected, and not to be dialed", new LinkedHashMap<>());
        }
    }

    /** A connection that satisfies the options, or null. */
    private @Nullable SwarmConnection present(PeerId peer, DialOptions options) {
        if (options.newConnection()) {
            return null;
        }
        if (options.forceDirect()) {
            return context.table().bestDirect(peer);
        }
        SwarmConnection best = context.table().best(peer);
        return best == null || best.isLimited() && !options.allowLimited() ? null : best;
    }

    /** The addresses that the caller names and those that are known, unless exactly the named ones are wanted. */
    private List<Multiaddr> addresses(PeerAddress target, DialOptions options) {
        PeerId peer = target.peer();
        if (peer == null || options.exactAddresses()) {
            return target.addresses();
        }
        SequencedSet<Multiaddr> addresses = new LinkedHashSet<>(target.addresses());
        addresses.addAll(context.peerstore().addresses(peer));
        return List.copyOf(addresses);
    }

    private SwarmConnection dial(PeerAddress target, DialOptions options, Deadline deadline) throws IOException {
        PeerId peer = target.peer();
        Key key = Key.of(target, options);
        List<Multiaddr> addresses = addresses(target, options);
        PeerDial dial;
        lock.lock();
        try {
            if (closed) {
                throw new HostClosedException();
            }
            dial = running.get(key);
            if (dial == null || !dial.join()) {
                // A dial is forgotten only after its connection is known: it may have ended since the caller looked.
                SwarmConnection fresh = peer == null ? null : present(peer, options);
                if (fresh != null) {
                    return fresh;
                }
                dial = start(key, options);
            }
        } finally {
            lock.unlock();
        }
        return dial.await(addresses, deadline);
    }

    private void requirePlace(Key key) throws LimitExceededException {
        int maximum = context.limits().peersAtOnce();
        long present = running.keySet().stream()
                .filter(other -> other.nested() == key.nested())
                .count();
        if (present >= maximum) {
            throw new LimitExceededException(
                    "swarm", "peersBeingDialed", present + 1, maximum, LimitExceededException.Side.LOCAL);
        }
    }

    private CircuitBreakers.Permit permit(PeerId peer) throws DialException {
        try {
            return context.breakers().enter(peer);
        } catch (CircuitOpenException open) {
            throw new DialException(peer, String.valueOf(NetworkFailure.plainText(open)), new LinkedHashMap<>());
        }
    }

    private PeerDial start(Key key, DialOptions options) throws IOException {
        requirePlace(key);
        PeerId peer = key.peer();
        // A caller that wants no back-off, or exactly one way, knows more about the peer than its last failures tell.
        boolean guarded = peer != null
                && !key.ignoreBackoff()
                && !key.direct()
                && key.addresses().isEmpty();
        CircuitBreakers.Permit permit = peer != null && guarded ? permit(peer) : null;
        Outcome outcome = new Outcome(context.selector(), peer, permit);
        // The shared dial lives as long as any of its callers waits, but not longer than the host allows.
        Deadline limit = Deadline.after(context.environment(), context.limits().peerTimeout());
        PeerDial[] self = new PeerDial[1];
        PeerDial dial = new PeerDial(context, peer, options, key.routed(), limit, () -> ended(key, self[0], outcome));
        self[0] = dial;
        dial.join();
        running.put(key, dial);
        context.environment().start("dialing " + (peer == null ? key.addresses() : peer), dial);
        return dial;
    }

    private void ended(Key key, PeerDial dial, CircuitBreakers.Permit permit) {
        dial.report(permit);
        lock.lock();
        try {
            running.remove(key, dial);
        } finally {
            lock.unlock();
        }
    }

    /** The network is another one: addresses that failed before may work now, and the other way round. */
    public void networkChanged() {
        context.backoff().clear();
        context.blackHoles().clear();
        context.breakers().clear();
    }

    /** Ends the dials that run, and refuses others from now on; idempotent. */
    @Override
    public void close() {
        List<PeerDial> cut;
        lock.lock();
        try {
            closed = true;
            cut = List.copyOf(running.values());
        } finally {
            lock.unlock();
        }
        cut.forEach(dial -> dial.cancel("the host is closed"));
    }
}
