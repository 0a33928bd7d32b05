package libp2p.discovery.dials;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Duration;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.connection.Connection;
import libp2p.core.host.DialOptions;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Crowd;
import libp2p.core.resource.Direction;
import org.jspecify.annotations.Nullable;

/**
 * Connects to peers that were found, while this host has dialed few. Inbound connections are not counted, as strangers
 * could end the dials of this host with them. Further peers wait, and the next place goes to one of the source that has
 * fewest: a source that tells of peers that are nowhere holds up its own alone. Without room one of the source that has
 * most is forgotten. Thread-safe; no method blocks.
 */
public final class FoundPeerDials implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(FoundPeerDials.class.getName());
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int WAITING = 64;

    /** A peer that is to be dialed, and the source that told of it. */
    private record Found(PeerAddress peer, PeerId id, String source) {}

    private final Host host;
    private final int connections;
    private final int atOnce;
    private final String reason;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    /** Those found first at the beginning. */
    private final Map<PeerId, Found> waiting = new LinkedHashMap<>();

    private final Crowd<PeerId> crowd = new Crowd<>();
    private final Map<PeerId, Found> dialed = new HashMap<>();
    private boolean closed;

    /**
     * Nothing is dialed yet.
     *
     * @param connections to peers that this host has dialed, beyond which none is dialed; 0 for none
     * @param atOnce dials that are under way at a time; 64 further peers wait
     * @param reason that the dials tell
     */
    public FoundPeerDials(Host host, int connections, int atOnce, String reason) {
        this.host = host;
        this.connections = connections;
        this.atOnce = atOnce;
        this.reason = reason;
        this.random = host.environment().random("found peers " + reason);
    }

    /**
     * These peers were found. Those that failed a moment ago wait, as the back-off of the host says.
     *
     * @param source that told of them, such as its IP address
     */
    public void found(String source, List<PeerAddress> peers) {
        if (peers.isEmpty() || connections == 0) {
            return;
        }
        lock.lock();
        try {
            for (PeerAddress peer : peers) {
                PeerId id = peer.peer();
                if (id != null && !dialed.containsKey(id) && !waiting.containsKey(id)) {
                    await(new Found(peer, id, source));
                }
            }
        } finally {
            lock.unlock();
        }
        begin();
    }

    private void await(Found found) {
        PeerId leaving = waiting.size() < WAITING ? null : crowd.leaving(found.source(), random);
        if (leaving != null) {
            forget(leaving);
        }
        waiting.put(found.id(), found);
        crowd.add(found.source(), found.id());
    }

    private void forget(PeerId peer) {
        Found gone = waiting.remove(peer);
        if (gone != null) {
            crowd.remove(gone.source(), peer);
        }
    }

    private void begin() {
        Set<PeerId> connected = new HashSet<>();
        Set<PeerId> outbound = new HashSet<>();
        for (Connection connection : host.connections()) {
            connected.add(connection.remotePeer());
            if (connection.direction() == Direction.OUTBOUND) {
                outbound.add(connection.remotePeer());
            }
        }
        for (Found next; (next = next(connected, outbound.size())) != null; ) {
            Found found = next;
            host.environment().start("found-peer-dial", () -> dial(found));
        }
    }

    /** The first one that waits of the source with fewest dials; null if none may be dialed. */
    private @Nullable Found next(Set<PeerId> connected, int outbound) {
        lock.lock();
        try {
            List.copyOf(waiting.keySet()).stream().filter(connected::contains).forEach(this::forget);
            if (closed || outbound + dialed.size() >= connections) {
                List.copyOf(waiting.keySet()).forEach(this::forget); // these are enough
                return null;
            }
            if (dialed.size() >= atOnce) {
                return null;
            }
            Collection<String> busy =
                    dialed.values().stream().map(Found::source).toList();
            Found next = null;
            int fewest = Integer.MAX_VALUE;
            for (Found one : waiting.values()) {
                int under = Collections.frequency(busy, one.source());
                if (under < fewest) {
                    next = one;
                    fewest = under;
                }
            }
            if (next != null) {
                forget(next.id());
                dialed.put(next.id(), next);
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void dial(Found found) {
        try {
            host.connect(
                    found.peer(),
                    DialOptions.DEFAULT.withoutRouting().withTimeout(TIMEOUT).withReason(reason));
        } catch (IOException e) {
            LOG.log(Level.DEBUG, () -> "a peer that was found is not reached: " + e.getMessage());
        } finally {
            lock.lock();
            try {
                dialed.remove(found.id());
            } finally {
                lock.unlock();
            }
            begin();
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
