package libp2p.auth.challenge;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.identity.PeerId;

/** A bounded list of peers. Thread-safe. */
final class PeerList {
    private final String what;
    private final ReentrantLock lock = new ReentrantLock();
    private final Set<PeerId> peers = new HashSet<>();

    /** @param what the list is, for errors */
    PeerList(String what) {
        this.what = what;
    }

    /** @throws IllegalStateException if the list is full */
    void add(PeerId peer, int most) {
        lock.lock();
        try {
            if (peers.size() >= most && !peers.contains(peer)) {
                throw new IllegalStateException("the list of " + what + " has " + most + " peers already");
            }
            peers.add(peer);
        } finally {
            lock.unlock();
        }
    }

    void remove(PeerId peer) {
        lock.lock();
        try {
            peers.remove(peer);
        } finally {
            lock.unlock();
        }
    }

    boolean contains(PeerId peer) {
        lock.lock();
        try {
            return peers.contains(peer);
        } finally {
            lock.unlock();
        }
    }

    /** The peers, sorted. */
    List<PeerId> sorted() {
        lock.lock();
        try {
            return peers.stream().sorted().toList();
        } finally {
            lock.unlock();
        }
    }
}
