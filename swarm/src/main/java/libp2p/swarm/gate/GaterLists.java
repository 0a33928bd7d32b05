package libp2p.swarm.gate;

import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Direction;
import libp2p.core.connection.ErrorCode;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Lists of peers and subnets that may, and may not, connect. Blocking is stronger than allowing. As soon as a peer is on
 * the allow list, no others may connect; as soon as a subnet is, no addresses outside, nor addresses without an IP address.
 * The lists can be changed while the host runs; installed as a service too, they close what is open and may not be:
 *
 * <pre>{@code
 * GaterLists lists = new GaterLists();
 * Host host = Libp2p.host().gater(lists).service(lists).start();
 * lists.block(Subnet.parse("203.0.113.0/24"));
 * }</pre>
 *
 * <p>Thread-safe. The address of a connection through a relay is that of the relay.
 */
public final class GaterLists implements ConnectionGater, HostService {
    /** Peers, and subnets, on each list. */
    public static final int MAXIMUM = 100_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<PeerId> allowedPeers = new HashSet<>();
    private final Set<PeerId> blockedPeers = new HashSet<>();
    private final SubnetSet allowedSubnets = new SubnetSet();
    private final SubnetSet blockedSubnets = new SubnetSet();
    private volatile @Nullable Host host;

    /** Puts a peer on the allow list. */
    public void allow(PeerId peer) {
        change(allowedPeers.size(), () -> allowedPeers.add(peer));
    }

    /** Puts the addresses of a subnet on the allow list. */
    public void allow(Subnet subnet) {
        change(allowedSubnets.size(), () -> allowedSubnets.add(subnet));
    }

    /** Puts a peer on the block list; its connections are closed. */
    public void block(PeerId peer) {
        change(blockedPeers.size(), () -> blockedPeers.add(peer));
    }

    /** Puts the addresses of a subnet on the block list; connections with them are closed. */
    public void block(Subnet subnet) {
        change(blockedSubnets.size(), () -> blockedSubnets.add(subnet));
    }

    /** Takes a peer off the allow list. */
    public void disallow(PeerId peer) {
        change(0, () -> allowedPeers.remove(peer));
    }

    /** Takes a subnet off the allow list. */
    public void disallow(Subnet subnet) {
        change(0, () -> allowedSubnets.remove(subnet));
    }

    /** Takes a peer off the block list. */
    public void unblock(PeerId peer) {
        change(0, () -> blockedPeers.remove(peer));
    }

    /** Takes a subnet off the block list. */
    public void unblock(Subnet subnet) {
        change(0, () -> blockedSubnets.remove(subnet));
    }

    /** @throws IllegalStateException if the list is full */
    private void change(int size, BooleanSupplier change) {
        lock.lock();
        try {
            if (size >= MAXIMUM) {
                throw new IllegalStateException("the list has " + MAXIMUM + " entries already");
            }
            if (!change.getAsBoolean()) {
                return;
            }
        } finally {
            lock.unlock();
        }
        Host running = host;
        if (running != null) {
            running.connections().forEach(this::closeIfRefused);
        }
    }

    /** The allow list of peers, sorted. */
    public List<PeerId> allowedPeers() {
        return sorted(allowedPeers);
    }

    /** The block list of peers, sorted. */
    public List<PeerId> blockedPeers() {
        return sorted(blockedPeers);
    }

    private List<PeerId> sorted(Set<PeerId> peers) {
        lock.lock();
        try {
            return peers.stream().sorted().toList();
        } finally {
            lock.unlock();
        }
    }

    /** The allow list of subnets, in the order of their texts. */
    public List<Subnet> allowedSubnets() {
        return listed(allowedSubnets);
    }

    /** The block list of subnets, in the order of their texts. */
    public List<Subnet> blockedSubnets() {
        return listed(blockedSubnets);
    }

    private List<Subnet> listed(SubnetSet subnets) {
        lock.lock();
        try {
            return subnets.list();
        } finally {
            lock.unlock();
        }
    }

    private boolean permits(PeerId peer) {
        lock.lock();
        try {
            return !blockedPeers.contains(peer) && (allowedPeers.isEmpty() || allowedPeers.contains(peer));
        } finally {
            lock.unlock();
        }
    }

    private boolean permits(Multiaddr address) {
        InetAddress ip = address.ip();
        lock.lock();
        try {
            if (ip == null) {
                return allowedSubnets.isEmpty();
            }
            return !blockedSubnets.contains(ip) && (allowedSubnets.isEmpty() || allowedSubnets.contains(ip));
        } finally {
            lock.unlock();
        }
    }

    private boolean permits(Connection connection) {
        return permits(connection.remotePeer()) && permits(connection.remoteAddress());
    }

    @Override
    public boolean interceptPeerDial(PeerId peer) {
        return permits(peer);
    }

    @Override
    public boolean interceptAddrDial(PeerId peer, Multiaddr address) {
        return permits(peer) && permits(address);
    }

    @Override
    public boolean interceptAccept(Multiaddr local, Multiaddr remote) {
        return permits(remote);
    }

    @Override
    public boolean interceptSecured(Direction direction, PeerId peer, Multiaddr remote) {
        return permits(peer);
    }

    @Override
    public boolean interceptUpgraded(Connection connection) {
        return permits(connection);
    }

    @Override
    public void start(Host started) {
        host = started;
    }

    /** A connection may have passed the last hook just before a change and become known to the host just after it. */
    @Override
    public void connectionOpened(Connection connection) {
        closeIfRefused(connection);
    }

    private void closeIfRefused(Connection connection) {
        Host running = host;
        if (running != null && !permits(connection)) {
            running.environment()
                    .start(
                            "gate-" + connection.id(),
                            () -> connection.close(ErrorCode.CONNECTION_GATED, "blocked by the lists of the gater"));
        }
    }

    @Override
    public void close() {
        host = null;
    }
}
