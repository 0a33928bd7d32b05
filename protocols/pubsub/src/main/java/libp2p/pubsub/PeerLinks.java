package libp2p.pubsub;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Environment;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.pubsub.router.HeldBytes;
import libp2p.pubsub.rpc.PubSubLimits;
import org.jspecify.annotations.Nullable;

/** The links to all peers that pubsub is spoken with. */
final class PeerLinks {
    /** Nanoseconds until a peer that refused its stream is tried again without a reason. */
    private static final long REFUSED = 60_000_000_000L;

    private final Host host;
    private final Environment environment;
    private final LockedRouter core;
    private final PubSubLimits limits;
    private final String[] protocols;
    private final HeldBytes gossip;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, PeerLink> links = new LinkedHashMap<>();
    /** Peers that are connected and whose link has ended, with the time of that. */
    private final Map<PeerId, Long> refused = new HashMap<>();

    private boolean closed;

    PeerLinks(Host host, LockedRouter core, GossipSub family) {
        this.host = host;
        this.environment = host.environment();
        this.core = core;
        this.limits = family.limits;
        this.gossip = new HeldBytes(family.limits.state().peerBytes());
        this.protocols = family.protocols.toArray(String[]::new);
    }

    /** Bytes of gossip that may wait for a peer besides those that do. */
    long room(PeerId peer) {
        PeerLink link = get(peer);
        return link == null ? 0 : link.room();
    }

    /** The gossip that waits for all peers. */
    HeldBytes gossip() {
        return gossip;
    }

    String[] protocols() {
        return protocols.clone();
    }

    /** The connections a stream can be opened on, those first that are direct and oldest. */
    List<Connection> connections(PeerId peer) {
        List<Connection> usable = new ArrayList<>(host.connections(peer));
        usable.removeIf(connection -> connection.isLimited() || !connection.isOpen());
        usable.sort(Comparator.comparing(Connection::opened));
        return usable;
    }

    @Nullable
    PeerLink get(PeerId peer) {
        lock.lock();
        try {
            return links.get(peer);
        } finally {
            lock.unlock();
        }
    }

    /** The link to a peer, a new one if there is none; null if there are too many. */
    @Nullable
    PeerLink link(PeerId peer) {
        PeerLink link;
        lock.lock();
        try {
            link = links.get(peer);
            if (link != null || closed || links.size() >= limits.state().peers()) {
                return link;
            }
            link = new PeerLink(environment, core, this, peer, limits.queues());
            links.put(peer, link);
            refused.remove(peer);
        } finally {
            lock.unlock();
        }
        environment.start("pubsub-open", link::open);
        return link;
    }

    /** Links a peer if it says that it speaks pubsub and is connected. */
    void consider(PeerId peer, List<String> spoken) {
        boolean speaks = false;
        for (String protocol : protocols) {
            speaks |= spoken.contains(protocol);
        }
        if (speaks && !connections(peer).isEmpty()) {
            link(peer);
        }
    }

    /**
     * Tries peers again that have refused their stream, or ended it again and again, a while ago and are still
     * connected.
     */
    void retry() {
        List<PeerId> due = new ArrayList<>();
        lock.lock();
        try {
            long now = environment.nanoTime();
            refused.forEach((peer, since) -> {
                if (now - since >= REFUSED) {
                    due.add(peer);
                }
            });
        } finally {
            lock.unlock();
        }
        for (PeerId peer : due) {
            consider(peer, host.peerstore().protocols(peer));
        }
    }

    void connectionClosed(Connection connection) {
        PeerLink link;
        lock.lock();
        try {
            link = links.get(connection.remotePeer());
            if (link == null && host.connections(connection.remotePeer()).isEmpty()) {
                refused.remove(connection.remotePeer());
            }
        } finally {
            lock.unlock();
        }
        if (link != null) {
            link.connectionClosed(connection);
        }
    }

    void ended(PeerLink link) {
        lock.lock();
        try {
            links.remove(link.peer(), link);
            if (!connections(link.peer()).isEmpty()) {
                if (refused.size() > 2 * limits.state().peers()) {
                    refused.clear();
                }
                refused.put(link.peer(), environment.nanoTime());
            }
        } finally {
            lock.unlock();
        }
    }

    List<PeerLink> all() {
        lock.lock();
        try {
            return new ArrayList<>(links.values());
        } finally {
            lock.unlock();
        }
    }

    void close() {
        List<PeerLink> last;
        lock.lock();
        try {
            closed = true;
            last = new ArrayList<>(links.values());
        } finally {
            lock.unlock();
        }
        last.forEach(PeerLink::close);
    }
}
