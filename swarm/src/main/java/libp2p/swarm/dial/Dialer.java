package libp2p.swarm.dial;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.DialException;
import libp2p.core.connection.GatedException;
import libp2p.core.connection.HostClosedException;
import libp2p.core.environment.Deadline;
import libp2p.core.host.DialOptions;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.peer.PeerSelector;
import libp2p.core.resource.LimitExceededException;
import libp2p.core.routing.PeerRouting;
import libp2p.core.security.SecurityRequest.Role;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.swarm.connection.SwarmConnection;
import org.jspecify.annotations.Nullable;

/** Connects to peers: uses a connection that is there, joins a dial that runs, or starts one. Thread-safe. */
public final class Dialer implements AutoCloseable {
    private record Key(
            @Nullable PeerId peer, List<Multiaddr> addresses, boolean direct, boolean ignoreBackoff, Role role) {}

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
    private final @Nullable PeerRouting routing;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, PeerDial> running = new LinkedHashMap<>();
    private boolean closed;

    /** @param routing asked for addresses when none are known, or null */
    public Dialer(DialContext context, @Nullable PeerRouting routing) {
        this.context = context;
        this.routing = routing;
    }

    /** See {@link libp2p.core.host.Host#connect(PeerAddress, DialOptions)}. */
    public SwarmConnection connect(PeerAddress target, DialOptions options) throws IOException {
        PeerId peer = target.peer();
        if (peer != null) {
            if (peer.equals(context.self())) {
                throw new DialException(peer, "that is this host itself", new LinkedHashMap<>());
            }
            SwarmConnection present = present(peer, options);
            if (present != null) {
                return present;
            }
            if (!context.gater().interceptPeerDial(peer)) {
                throw new GatedException("peer dial", peer);
            }
        }
        if (options.noDial()) {
            throw new DialException(peer, "not connected, and not to be dialed", new LinkedHashMap<>());
        }
        Deadline deadline = Deadline.after(
                context.environment(),
                options.timeout() == null ? context.limits().dialing().peerTimeout() : options.timeout());
        // Who names addresses, or wants no back-off, knows more about the peer than its last failures tell.
        boolean guarded = target.addresses().isEmpty() && !options.ignoreBackoff();
        return dial(peer, addresses(target, deadline), options, guarded, deadline);
    }

    /** A connection that satisfies the options, or null. */
    public @Nullable SwarmConnection present(PeerId peer, DialOptions options) {
        SwarmConnection best = context.table().best(peer);
        if (best == null || !best.isLimited()) {
            return best;
        }
        return options.allowLimited() && !options.forceDirect() ? best : null;
    }

    private List<Multiaddr> addresses(PeerAddress target, Deadline deadline) throws IOException {
        PeerId peer = target.peer();
        List<Multiaddr> addresses = new ArrayList<>(target.addresses());
        if (peer == null) {
            return addresses;
        }
        context.peerstore().addresses(peer).stream()
                .filter(known -> !addresses.contains(known))
                .forEach(addresses::add);
        if (addresses.isEmpty() && routing != null) {
            addresses.addAll(routing.findPeer(peer, deadline));
        }
        if (addresses.isEmpty()) {
            throw new DialException(peer, "no address is known", new LinkedHashMap<>());
        }
        return addresses;
    }

    private SwarmConnection dial(
            @Nullable PeerId peer, List<Multiaddr> addresses, DialOptions options, boolean guarded, Deadline deadline)
            throws IOException {
        Key key = new Key(peer, List.copyOf(addresses), options.forceDirect(), options.ignoreBackoff(), options.role());
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
                int maximum = context.limits().dialing().peers();
                if (running.size() >= maximum) {
                    throw new LimitExceededException(
                            "swarm",
                            "peersBeingDialed",
                            running.size() + 1L,
                            maximum,
                            LimitExceededException.Side.LOCAL);
                }
                CircuitBreakers.Permit permit = peer != null && guarded ? permit(peer) : null;
                dial = start(key, options, new Outcome(context.selector(), peer, permit));
            }
        } finally {
            lock.unlock();
        }
        return dial.await(deadline);
    }

    private CircuitBreakers.Permit permit(PeerId peer) throws DialException {
        try {
            return context.breakers().enter(peer);
        } catch (IOException open) {
            throw new DialException(peer, String.valueOf(open.getMessage()), new LinkedHashMap<>());
        }
    }

    private PeerDial start(Key key, DialOptions options, CircuitBreakers.Permit permit) {
        // The shared dial lives as long as any of its callers waits, but not longer than the host allows.
        Deadline limit =
                Deadline.after(context.environment(), context.limits().dialing().peerTimeout());
        PeerDial[] self = new PeerDial[1];
        PeerDial dial =
                new PeerDial(context, key.peer(), key.addresses(), options, limit, () -> ended(key, self[0], permit));
        self[0] = dial;
        dial.join();
        running.put(key, dial);
        context.environment().start("dialing " + (key.peer() == null ? key.addresses() : key.peer()), dial);
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

    /** The network is another one: what failed before may work now, and the other way round. */
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
