package libp2p.swarm.gate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.ErrorCode;
import libp2p.core.datastore.Datastore;
import libp2p.core.host.ConnectionGater;
import libp2p.core.host.Host;
import libp2p.core.host.HostService;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Direction;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.multiformats.multiaddr.Subnet;
import org.jspecify.annotations.Nullable;

/**
 * Lists of peers and subnets that may, and may not, connect. Blocking is stronger than allowing. As soon as a peer is
 * on the allow list, no others may connect; as soon as a subnet is, no addresses outside, nor addresses without an IP
 * address. The lists can be changed while the host runs; connections that they no longer permit are closed. Every host
 * has them, and keeps them in its data directory if it has one:
 *
 * <pre>{@code
 * GaterLists lists = host.service(GaterLists.class).orElseThrow();
 * lists.block(Subnet.parse("203.0.113.0/24"));
 * }</pre>
 *
 * <p>Thread-safe. Lists in a datastore block for the disk when they change: the change holds at once and is durable on
 * return; if it could not be written, an {@link UncheckedIOException} tells, and it is written with the next change.
 * The address of a connection through a relay is that of the relay.
 */
public final class GaterLists implements ConnectionGater, HostService {
    /** Peers, and subnets, on each list. */
    public static final int MAXIMUM = 100_000;

    /** Peers and subnets of one kind of list, guarded by the lock of the gater. */
    private static final class Entries {
        final String name;
        final Set<PeerId> peers = new HashSet<>();
        final SubnetSet subnets = new SubnetSet();

        Entries(String name) {
            this.name = name;
        }

        boolean add(Object entry) {
            int size = entry instanceof PeerId ? peers.size() : subnets.size();
            if (size >= MAXIMUM) {
                throw new IllegalStateException("the list has " + MAXIMUM + " entries already");
            }
            return entry instanceof PeerId peer ? peers.add(peer) : subnets.add((Subnet) entry);
        }

        boolean isLast(Object entry) {
            return entry instanceof PeerId peer
                    ? peers.size() == 1 && peers.contains(peer)
                    : subnets.size() == 1 && subnets.list().contains(entry);
        }

        boolean remove(Object entry) {
            return entry instanceof PeerId peer ? peers.remove(peer) : subnets.remove((Subnet) entry);
        }
    }

    private enum Change {
        ADD,
        REMOVE_ANY,
        REMOVE_BUT_LAST
    }

    private final ReentrantLock changing = new ReentrantLock(); // held for the disk: its order is that of the memory
    private final ReentrantLock lock = new ReentrantLock();
    private final Entries allowed = new Entries("allow");
    private final Entries blocked = new Entries("block");
    private final @Nullable StoredLists stored;
    private volatile @Nullable Host host;

    /** Lists that are forgotten with the process. */
    public GaterLists() {
        stored = null;
    }

    private GaterLists(StoredLists stored) {
        this.stored = stored;
    }

    /** Lists that are read from a datastore now and kept in it; blocks. The datastore stays the caller's. */
    public static GaterLists open(Datastore datastore) throws IOException {
        StoredLists stored = new StoredLists(datastore);
        GaterLists lists = new GaterLists(stored);
        for (Entries each : List.of(lists.allowed, lists.blocked)) {
            stored.load(each.name, each::add, each::add);
        }
        return lists;
    }

    /** Puts a peer on the allow list. */
    public void allow(PeerId peer) {
        add(allowed, peer);
    }

    /** Puts the addresses of a subnet on the allow list. */
    public void allow(Subnet subnet) {
        add(allowed, subnet);
    }

    /** Puts a peer on the block list; its connections are closed. */
    public void block(PeerId peer) {
        add(blocked, peer);
    }

    /** Puts the addresses of a subnet on the block list; connections with them are closed. */
    public void block(Subnet subnet) {
        add(blocked, subnet);
    }

    /**
     * Takes a peer off the allow list.
     *
     * @throws IllegalStateException if it is the last one, without which all peers might connect; see {@link #allowAll}
     */
    public void disallow(PeerId peer) {
        remove(allowed, peer);
    }

    /**
     * Takes a subnet off the allow list.
     *
     * @throws IllegalStateException if it is the last one, without which all addresses might connect; see {@link
     *     #allowAll}
     */
    public void disallow(Subnet subnet) {
        remove(allowed, subnet);
    }

    /** Empties the allow list: all peers and addresses that are not blocked may connect. */
    public void allowAll() {
        changing.lock();
        try {
            allowedPeers().forEach(peer -> change(allowed, peer, Change.REMOVE_ANY));
            allowedSubnets().forEach(subnet -> change(allowed, subnet, Change.REMOVE_ANY));
        } finally {
            changing.unlock();
        }
    }

    /** Takes a peer off the block list. */
    public void unblock(PeerId peer) {
        remove(blocked, peer);
    }

    /** Takes a subnet off the block list. */
    public void unblock(Subnet subnet) {
        remove(blocked, subnet);
    }

    /** @throws IllegalStateException if the list is full */
    private void add(Entries list, Object entry) {
        change(list, entry, Change.ADD);
    }

    private void remove(Entries list, Object entry) {
        change(list, entry, list == allowed ? Change.REMOVE_BUT_LAST : Change.REMOVE_ANY);
    }

    private void change(Entries list, Object entry, Change change) {
        changing.lock();
        try {
            boolean changed = changed(list, entry, change);
            Host running = host;
            if (changed && running != null) {
                running.connections().forEach(this::closeIfRefused);
            }
            if (stored != null) {
                stored.write(list.name, entry, change == Change.ADD, changed);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "the " + list.name + " list holds, but cannot be kept now: " + e.getMessage(), e);
        } finally {
            changing.unlock();
        }
    }

    private boolean changed(Entries list, Object entry, Change change) {
        lock.lock();
        try {
            if (change == Change.ADD) {
                return list.add(entry);
            }
            if (change == Change.REMOVE_BUT_LAST && list.isLast(entry)) {
                throw new IllegalStateException(
                        entry + " is the last on the allow list: without it all might connect, which allowAll says");
            }
            return list.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    /** The allow list of peers, sorted. */
    public List<PeerId> allowedPeers() {
        return peers(allowed);
    }

    /** The block list of peers, sorted. */
    public List<PeerId> blockedPeers() {
        return peers(blocked);
    }

    private List<PeerId> peers(Entries list) {
        lock.lock();
        try {
            return list.peers.stream().sorted().toList();
        } finally {
            lock.unlock();
        }
    }

    /** The allow list of subnets, in the order of their texts. */
    public List<Subnet> allowedSubnets() {
        return subnets(allowed);
    }

    /** The block list of subnets, in the order of their texts. */
    public List<Subnet> blockedSubnets() {
        return subnets(blocked);
    }

    private List<Subnet> subnets(Entries list) {
        lock.lock();
        try {
            return list.subnets.list();
        } finally {
            lock.unlock();
        }
    }

    private boolean permits(PeerId peer) {
        lock.lock();
        try {
            return !blocked.peers.contains(peer) && (allowed.peers.isEmpty() || allowed.peers.contains(peer));
        } finally {
            lock.unlock();
        }
    }

    private boolean permits(Multiaddr address) {
        InetAddress ip = address.ip();
        lock.lock();
        try {
            if (ip == null) {
                return allowed.subnets.isEmpty();
            }
            return !blocked.subnets.contains(ip) && (allowed.subnets.isEmpty() || allowed.subnets.contains(ip));
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
    public boolean interceptAddrDial(@Nullable PeerId peer, Multiaddr address) {
        return (peer == null || permits(peer)) && permits(address);
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
