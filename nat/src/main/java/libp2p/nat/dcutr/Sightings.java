package libp2p.nat.dcutr;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.connection.Direction;
import libp2p.core.environment.Deadline;
import libp2p.core.event.HostEvent.PeerIdentified;
import libp2p.core.event.Subscription;
import libp2p.core.host.Host;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.nat.address.Circuits;

/**
 * Under which addresses peers see this host, while their connections are open. For a punch one peer is enough, where an address
 * is announced only when several from different networks agree on it. Thread-safe.
 */
final class Sightings implements AutoCloseable {
    private static final int MOST = 256;

    private final Subscription<PeerIdentified> events;
    private final ReentrantLock lock = new ReentrantLock();
    private final SequencedMap<Long, Multiaddr> byConnection = new LinkedHashMap<>();

    /** Begins to listen. */
    Sightings(Host host) {
        events = host.events().subscribe(PeerIdentified.class);
        Thread _ = host.environment().start("sightings", this::run);
    }

    private void run() {
        try {
            PeerIdentified event;
            while ((event = events.take(Deadline.NONE)) != null) {
                Multiaddr observed = event.observed();
                if (observed != null && tells(event.connection())) {
                    enter(event.connection(), observed);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Only the port that this host listens on is of use to others. */
    private static boolean tells(Connection connection) {
        boolean fromListening = connection.direction() == Direction.INBOUND
                || connection.state().portReused();
        return fromListening && !Circuits.isRelayed(connection);
    }

    private void enter(Connection connection, Multiaddr observed) {
        lock.lock();
        try {
            byConnection.put(connection.id(), observed);
            if (byConnection.size() > MOST) {
                byConnection.pollFirstEntry();
            }
            if (!connection.isOpen()) {
                byConnection.remove(connection.id());
            }
        } finally {
            lock.unlock();
        }
    }

    void closed(Connection connection) {
        lock.lock();
        try {
            byConnection.remove(connection.id());
        } finally {
            lock.unlock();
        }
    }

    /** Each once. */
    List<Multiaddr> addresses() {
        lock.lock();
        try {
            return byConnection.values().stream().distinct().toList();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        events.close();
    }
}
