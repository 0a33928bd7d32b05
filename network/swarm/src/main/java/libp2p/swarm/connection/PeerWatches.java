package libp2p.swarm.connection;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.host.Registration;
import libp2p.core.identity.PeerId;

/** The listeners for connections of a peer that open and end. Thread-safe. */
final class PeerWatches {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, List<Runnable>> watches = new HashMap<>();

    Registration add(PeerId peer, Runnable watch) {
        lock.lock();
        try {
            watches.computeIfAbsent(peer, key -> new ArrayList<>(1)).add(watch);
        } finally {
            lock.unlock();
        }
        return () -> remove(peer, watch);
    }

    private void remove(PeerId peer, Runnable watch) {
        lock.lock();
        try {
            List<Runnable> present = watches.get(peer);
            if (present != null && present.remove(watch) && present.isEmpty()) {
                watches.remove(peer);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Runs the watches of a peer, without locks. */
    void changed(PeerId peer) {
        List<Runnable> now;
        lock.lock();
        try {
            now = List.copyOf(watches.getOrDefault(peer, List.of()));
        } finally {
            lock.unlock();
        }
        now.forEach(Runnable::run);
    }
}
