package libp2p.discovery.dials;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.connection.Connection;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;

/** Connects to peers that were found, while there are few connections. Thread-safe; no method blocks. */
public final class FoundPeerDials implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FoundPeerDials.class.getName());
    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final Host host;
    private final int connections;
    private final int atOnce;
    private final String reason;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<PeerId> dialed = new HashSet<>();
    private boolean closed;

    /**
     * Nothing is dialed yet.
     *
     * @param connections beyond which none is dialed; 0 for none
     * @param atOnce dials that are under way at a time; further peers are passed over
     * @param reason that the dials tell
     */
    public FoundPeerDials(Host host, int connections, int atOnce, String reason) {
        this.host = host;
        this.connections = connections;
        this.atOnce = atOnce;
        this.reason = reason;
    }

    /** These peers were found. Those that failed a moment ago wait, as the back-off of the host says. */
    public void found(List<PeerAddress> peers) {
        if (peers.isEmpty() || connections == 0) {
            return;
        }
        Set<PeerId> connected = new HashSet<>();
        for (Connection connection : host.connections()) {
            connected.add(connection.remotePeer());
        }
        for (PeerAddress peer : peers) {
            if (connected.size() + dialed() >= connections) {
                return;
            }
            PeerId id = peer.peer();
            if (id != null && !connected.contains(id) && begin(id)) {
                host.environment().start("found-peer-dial", () -> dial(peer, id));
            }
        }
    }

    private int dialed() {
        lock.lock();
        try {
            return dialed.size();
        } finally {
            lock.unlock();
        }
    }

    private boolean begin(PeerId peer) {
        lock.lock();
        try {
            return !closed && dialed.size() < atOnce && dialed.add(peer);
        } finally {
            lock.unlock();
        }
    }

    private void dial(PeerAddress peer, PeerId id) {
        try {
            host.connect(
                    peer,
                    DialOptions.DEFAULT.withoutRouting().withTimeout(TIMEOUT).withReason(reason));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a peer that was found is not reached: " + e.getMessage());
        } finally {
            lock.lock();
            try {
                dialed.remove(id);
            } finally {
                lock.unlock();
            }
        }
    }

    /** Begins no more; the host ends those that are under way. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }
}
