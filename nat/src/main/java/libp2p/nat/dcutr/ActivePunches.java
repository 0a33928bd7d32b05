package libp2p.nat.dcutr;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.identity.PeerId;
import libp2p.nat.dcutr.HolePuncher.Attempt;
import libp2p.nat.dcutr.PunchEvent.Via;
import org.jspecify.annotations.Nullable;

/** The peers with whom a direct connection is being made, one attempt each, a bounded number. Thread-safe. */
final class ActivePunches {
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, Attempt> active = new HashMap<>();

    ActivePunches(int most) {
        this.most = most;
    }

    /** Begins with a peer; false if that goes on already, or there are too many. */
    boolean enter(PeerId peer) {
        lock.lock();
        try {
            return active.size() < most && active.putIfAbsent(peer, new Attempt(Via.REVERSAL, 0)) == null;
        } finally {
            lock.unlock();
        }
    }

    /** The attempt that goes on now. */
    void progress(PeerId peer, Via via, int number) {
        lock.lock();
        try {
            active.replace(peer, new Attempt(via, number));
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    Attempt of(PeerId peer) {
        lock.lock();
        try {
            return active.get(peer);
        } finally {
            lock.unlock();
        }
    }

    void leave(PeerId peer) {
        lock.lock();
        try {
            active.remove(peer);
        } finally {
            lock.unlock();
        }
    }
}
