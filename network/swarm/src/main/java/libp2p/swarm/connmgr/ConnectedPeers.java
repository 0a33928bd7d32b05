package libp2p.swarm.connmgr;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.identity.PeerId;

/**
 * Since when peers are connected, on the monotonic clock, so that a jump of the wall clock ends no grace. Thread-safe.
 */
final class ConnectedPeers {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Long> since = new HashMap<>();

    void connected(PeerId peer, long now) {
        lock.lock();
        try {
            since.putIfAbsent(peer, now);
        } finally {
            lock.unlock();
        }
    }

    void disconnected(PeerId peer) {
        lock.lock();
        try {
            since.remove(peer);
        } finally {
            lock.unlock();
        }
    }

    /** Whether the peer is connected, as far as was told. */
    boolean contains(PeerId peer) {
        lock.lock();
        try {
            return since.containsKey(peer);
        } finally {
            lock.unlock();
        }
    }

    /** Since when the peer is connected; one that no peer has told of counts from now. */
    long since(PeerId peer, long now) {
        lock.lock();
        try {
            Long known = since.putIfAbsent(peer, now);
            return known == null ? now : known;
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all others, in case an event was lost. */
    void retain(Set<PeerId> peers) {
        lock.lock();
        try {
            since.keySet().retainAll(peers);
        } finally {
            lock.unlock();
        }
    }
}
