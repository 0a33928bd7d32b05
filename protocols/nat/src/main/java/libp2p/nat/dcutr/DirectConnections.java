package libp2p.nat.dcutr;

import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TimedCondition;
import libp2p.core.event.HostEvent;
import libp2p.core.event.HostEvent.ConnectednessChanged;
import libp2p.core.event.HostEvent.PeerProtocolsChanged;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.core.identity.PeerId;
import libp2p.nat.address.Circuits;
import org.jspecify.annotations.Nullable;

/**
 * Waits for direct connections to peers, and for protocols that relayed peers announce. All waits end on close.
 * Thread-safe.
 */
final class DirectConnections implements AutoCloseable {
    private final Host host;
    private final ReentrantLock lock = new ReentrantLock();
    private final TimedCondition changed;
    private final Set<Subscription<HostEvent>> listening = new HashSet<>();
    private boolean closed;

    DirectConnections(Host host) {
        this.host = host;
        this.changed = new TimedCondition(host.environment(), lock);
    }

    /** The direct connection to a peer, or null. */
    @Nullable
    Connection to(PeerId peer) {
        return host.connections(peer).stream()
                .filter(connection -> !Circuits.isRelayed(connection) && connection.isOpen())
                .findFirst()
                .orElse(null);
    }

    /** A connection has been opened. */
    void opened() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a direct connection; whether there is one. */
    boolean await(PeerId peer, Deadline until) throws InterruptedException {
        while (to(peer) == null) {
            lock.lock();
            try {
                if (closed || until.passed(host.environment())) {
                    return false;
                }
                if (to(peer) == null) {
                    changed.await(until);
                }
            } finally {
                lock.unlock();
            }
        }
        return true;
    }

    /**
     * Waits until the peer of a relayed connection has said that it speaks a protocol; false if it does not in time.
     * Peers may say so late: go-libp2p offers to punch holes only once it knows a public address of its own.
     */
    boolean awaitProtocol(Connection relayed, String protocol, Deadline until) throws InterruptedException {
        PeerId peer = relayed.remotePeer();
        try (Subscription<HostEvent> events = host.events().subscribe(HostEvent.class)) {
            if (!listen(events)) {
                return false;
            }
            try {
                if (!awaitNews(relayed, protocol, events, until)) {
                    return false;
                }
            } finally {
                listenNoMore(events);
            }
        }
        return relayed.isOpen() && host.peerstore().protocols(peer).contains(protocol);
    }

    private boolean awaitNews(Connection relayed, String protocol, Subscription<HostEvent> events, Deadline until)
            throws InterruptedException {
        PeerId peer = relayed.remotePeer();
        while (relayed.isOpen() && !host.peerstore().protocols(peer).contains(protocol)) {
            HostEvent event;
            do {
                event = events.take(until);
                if (event == null) {
                    return false;
                }
            } while (!isAbout(peer, event));
        }
        return true;
    }

    private static boolean isAbout(PeerId peer, HostEvent event) {
        return switch (event) {
            case PeerProtocolsChanged protocols -> protocols.peer().equals(peer);
            case ConnectednessChanged connectedness -> connectedness.peer().equals(peer);
            default -> false;
        };
    }

    private boolean listen(Subscription<HostEvent> events) {
        lock.lock();
        try {
            return !closed && listening.add(events);
        } finally {
            lock.unlock();
        }
    }

    private void listenNoMore(Subscription<HostEvent> events) {
        lock.lock();
        try {
            listening.remove(events);
        } finally {
            lock.unlock();
        }
    }

    boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Set<Subscription<HostEvent>> left;
        lock.lock();
        try {
            closed = true;
            left = Set.copyOf(listening);
            listening.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        left.forEach(Subscription::close);
    }
}
