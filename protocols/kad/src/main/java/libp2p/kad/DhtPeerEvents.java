package libp2p.kad;

import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.HostEvent.Reachability;
import libp2p.core.event.HostEvent.ReachabilityChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;

/**
 * Hears which peers speak the protocols, by identify and its pushes, and whether this host can be reached: a host in
 * automatic mode serves the wide network as long as it can.
 */
final class DhtPeerEvents {
    private final Host host;
    private final Mode mode;
    private final List<DhtNetwork> networks;
    private final List<TableRefresher> refreshers;
    private final Subscription<PeerIdentified> identified;
    private final Subscription<ReachabilityChanged> reachability;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition looked;
    private boolean closed;
    private long lost;

    /** @param refreshers of each network, in the same order */
    DhtPeerEvents(Host host, Mode mode, List<DhtNetwork> networks, List<TableRefresher> refreshers) {
        this.host = host;
        this.mode = mode;
        this.networks = networks;
        this.refreshers = refreshers;
        this.looked = new TimedCondition(host.environment(), lock);
        this.identified = host.events().subscribe(PeerIdentified.class);
        this.reachability = host.events().subscribe(ReachabilityChanged.class);
    }

    void begin() {
        host.environment().start("kad-peer-events", () -> loop(identified, this::identified));
        host.environment()
                .start("kad-reachability", () -> loop(reachability, event -> reachable(event.reachability())));
    }

    private interface Action<E> {
        void on(E event);
    }

    private static <E extends HostEvent> void loop(Subscription<E> events, Action<E> action) {
        try {
            for (E event; (event = events.take(Deadline.NONE)) != null; ) {
                action.on(event);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void identified(PeerIdentified event) {
        long dropped = identified.dropped();
        if (dropped != lost) { // the peerstore holds the content of the lost events
            lost = dropped;
            host.connections().stream().map(Connection::remotePeer).distinct().forEach(this::look);
        }
        look(event.peer());
        wake(false);
    }

    private void wake(boolean closing) {
        lock.lock();
        try {
            closed |= closing;
            looked.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until a network has a server to ask; false if the deadline passes or the host closes first. */
    boolean awaitUsable(Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (networks.stream().noneMatch(DhtNetwork::isUsable)) {
                if (closed || !looked.await(deadline)) {
                    return false;
                }
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void look(PeerId peer) {
        for (int i = 0; i < networks.size(); i++) {
            DhtNetwork network = networks.get(i);
            network.members().identified(peer);
            if (network.table().size() > 0 || network.members().isNeighbour(peer)) {
                refreshers.get(i).added();
            }
        }
    }

    private void reachable(Reachability value) {
        boolean isPublic = value == Reachability.PUBLIC;
        for (DhtNetwork network : networks) {
            network.members().onTheInternet(isPublic);
            if (mode == Mode.AUTO && network.kind() == Kind.WIDE) {
                network.serve(isPublic);
            }
        }
    }

    void close() {
        identified.close();
        reachability.close();
        wake(true);
    }
}
