package libp2p.exchange.graphsync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.Cid;

/**
 * Blocks that one peer was sent for requests that are under way, for each key of its requests: they are not sent to it
 * again. Forgotten with the last request of a key. Thread-safe.
 */
final class SentBlocks {
    private static final class Sent {
        final Set<Cid> cids = new HashSet<>();
        int requests;
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Sent> byKey = new HashMap<>();
    private final int most;

    /** @param most blocks that are remembered for each key */
    SentBlocks(int most) {
        this.most = most;
    }

    void begin(String key) {
        lock.lock();
        try {
            byKey.computeIfAbsent(key, any -> new Sent()).requests++;
        } finally {
            lock.unlock();
        }
    }

    void end(String key) {
        lock.lock();
        try {
            Sent sent = byKey.get(key);
            if (sent != null && --sent.requests == 0) {
                byKey.remove(key);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether a block is to be sent; from then on it was. */
    boolean first(String key, Cid cid) {
        lock.lock();
        try {
            Sent sent = byKey.get(key);
            if (sent == null || sent.cids.contains(cid)) {
                return sent == null;
            }
            if (sent.cids.size() < most) {
                sent.cids.add(cid);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }
}
