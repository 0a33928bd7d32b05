package libp2p.graphsync;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import libp2p.blocks.PeerMemory;
import libp2p.core.resource.LimitExceededException;
import libp2p.multiformats.Cid;

/**
 * Blocks that one peer was sent for requests that are under way, for each key of its requests: they are not sent to it
 * again. Forgotten with the last request of a key, and when a request is cancelled, since the peer then throws away the
 * blocks that were on their way. Thread-safe.
 */
final class SentBlocks {
    /** Bytes of a CID in a set. */
    private static final int REMEMBERED = 200;

    /** The memory of the requests of one key. */
    final class Memory {
        private final String key;
        private final Set<Cid> cids = new HashSet<>();
        private final PeerMemory memory = memories.get();
        private int requests;

        private Memory(String key) {
            this.key = key;
        }

        /** Whether a block is to be sent; from then on it was. */
        boolean first(Cid cid) {
            lock.lock();
            try {
                return !cids.contains(cid) && (cids.size() >= most || !hasRoom() || cids.add(cid));
            } finally {
                lock.unlock();
            }
        }

        /** Whether one more may be remembered. */
        private boolean hasRoom() {
            try {
                memory.hold((cids.size() + 1L) * REMEMBERED);
                return true;
            } catch (LimitExceededException full) {
                return false;
            }
        }

        /** A request of this memory has ended. */
        void end() {
            lock.lock();
            try {
                if (--requests == 0) {
                    memory.close();
                    byKey.remove(key, this);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Memory> byKey = new HashMap<>();
    private final int most;
    private final Supplier<PeerMemory> memories;

    /**
     * @param most blocks that are remembered for each key
     * @param memories what they are charged to, one for each key; without room they are not remembered
     */
    SentBlocks(int most, Supplier<PeerMemory> memories) {
        this.most = most;
        this.memories = memories;
    }

    /** The memory for a request of a key, until {@link Memory#end}. */
    Memory begin(String key) {
        lock.lock();
        try {
            Memory memory = byKey.computeIfAbsent(key, Memory::new);
            memory.requests++;
            return memory;
        } finally {
            lock.unlock();
        }
    }

    /** Later requests of a key begin with an empty memory. */
    void forget(String key) {
        lock.lock();
        try {
            byKey.remove(key);
        } finally {
            lock.unlock();
        }
    }
}
