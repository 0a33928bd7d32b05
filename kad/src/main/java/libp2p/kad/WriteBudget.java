package libp2p.kad;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.concurrent.TokenBucket;
import libp2p.core.identity.PeerId;

/**
 * How much each peer may store here in a time. Thread-safe. Of too many peers the one that wrote longest ago is
 * forgotten.
 */
final class WriteBudget {
    private final Limits.Serving limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<PeerId, TokenBucket> buckets;

    WriteBudget(Limits.Serving limits) {
        this.limits = limits;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            @Override
            protected boolean removeEldestEntry(Map.Entry<PeerId, TokenBucket> eldest) {
                return size() > limits.writers();
            }
        };
    }

    /** Whether the peer may write once more now. */
    boolean take(PeerId peer, long now) {
        lock.lock();
        try {
            return buckets.computeIfAbsent(peer, one -> new TokenBucket(limits.writes(), limits.writeBurst(), now))
                    .tryTake(1, now);
        } finally {
            lock.unlock();
        }
    }
}
