package libp2p.blocks.tier;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.multiformats.Multihash;
import org.jspecify.annotations.Nullable;

/**
 * A cache of blocks within a quota of bytes that adapts itself (ARC, Megiddo and Modha 2003): half of it holds blocks
 * that were read once lately, half those that were read again, and where the border lies is learned from reads of
 * blocks that were dropped, whose hashes it still knows. Thread-safe.
 */
public final class ArcCache {
    private final long capacity;
    private final int ghosts;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Multihash, byte[]> recent = new LinkedHashMap<>();
    private final Map<Multihash, byte[]> frequent = new LinkedHashMap<>(16, 0.75f, true);
    private final Set<Multihash> recentGhosts = new LinkedHashSet<>();
    private final Set<Multihash> frequentGhosts = new LinkedHashSet<>();
    private long recentBytes;
    private long frequentBytes;
    private long target;
    private long hits;
    private long misses;
    private long ghostHits;

    /**
     * An empty cache.
     *
     * @param capacity bytes of all blocks; larger blocks are not taken
     * @param ghosts hashes of dropped blocks that are remembered
     */
    public ArcCache(long capacity, int ghosts) {
        this.capacity = capacity;
        this.ghosts = ghosts;
    }

    /**
     * Counters.
     *
     * @param blocks blocks that are held
     * @param bytes bytes of the blocks that are held
     * @param target bytes that blocks which were read once may take
     * @param hits reads that were answered
     * @param misses reads that were not
     * @param ghostHits reads of blocks that had been given up not long before
     */
    public record Stats(long blocks, long bytes, long target, long hits, long misses, long ghostHits) {}

    /** A block, not to be changed, or null. */
    public byte @Nullable [] get(Multihash hash) {
        lock.lock();
        try {
            byte[] data = recent.remove(hash);
            if (data != null) {
                recentBytes -= data.length;
                frequentBytes += data.length;
                frequent.put(hash, data);
            } else {
                data = frequent.get(hash);
            }
            if (data == null) {
                misses++;
            } else {
                hits++;
            }
            return data;
        } finally {
            lock.unlock();
        }
    }

    /** Whether a block is here; does not count as a read. */
    public boolean has(Multihash hash) {
        lock.lock();
        try {
            return recent.containsKey(hash) || frequent.containsKey(hash);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a block that was read or written; false if it is larger than the cache, or was here. */
    public boolean put(Multihash hash, byte[] data) {
        if (data.length > capacity || capacity == 0) {
            return false;
        }
        lock.lock();
        try {
            if (recent.containsKey(hash) || frequent.containsKey(hash)) {
                return false;
            }
            if (recentGhosts.remove(hash)) {
                ghostHits++;
                long step = Math.max(data.length, ratio(frequentGhosts.size(), recentGhosts.size() + 1) * data.length);
                target = Math.min(capacity, target + step);
                add(frequent, hash, data);
            } else if (frequentGhosts.remove(hash)) {
                ghostHits++;
                long step = Math.max(data.length, ratio(recentGhosts.size(), frequentGhosts.size() + 1) * data.length);
                target = Math.max(0, target - step);
                add(frequent, hash, data);
            } else {
                add(recent, hash, data);
            }
            shrink(hash);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private static long ratio(int a, int b) {
        return a / b;
    }

    private void add(Map<Multihash, byte[]> to, Multihash hash, byte[] data) {
        to.put(hash, data);
        if (to == recent) {
            recentBytes += data.length;
        } else {
            frequentBytes += data.length;
        }
    }

    /** @param kept what has just come, which goes last */
    private void shrink(Multihash kept) {
        while (recentBytes + frequentBytes > capacity) {
            boolean fromRecent = !recent.isEmpty()
                    && (recentBytes > target || frequent.isEmpty())
                    && !(recent.size() == 1 && recent.containsKey(kept) && !frequent.isEmpty());
            if (fromRecent) {
                recentBytes -= drop(recent, recentGhosts);
            } else if (!frequent.isEmpty()) {
                frequentBytes -= drop(frequent, frequentGhosts);
            } else {
                recentBytes -= drop(recent, recentGhosts);
            }
        }
    }

    private int drop(Map<Multihash, byte[]> from, Set<Multihash> to) {
        Iterator<Map.Entry<Multihash, byte[]>> oldest = from.entrySet().iterator();
        Map.Entry<Multihash, byte[]> gone = oldest.next();
        Multihash hash = gone.getKey();
        int size = gone.getValue().length;
        oldest.remove();
        to.add(hash);
        while (recentGhosts.size() + frequentGhosts.size() > ghosts) {
            Set<Multihash> longer = recentGhosts.size() >= frequentGhosts.size() ? recentGhosts : frequentGhosts;
            longer.remove(longer.iterator().next());
        }
        return size;
    }

    /** Forgets a block. */
    public void remove(Multihash hash) {
        lock.lock();
        try {
            byte[] gone = recent.remove(hash);
            recentBytes -= gone == null ? 0 : gone.length;
            gone = frequent.remove(hash);
            frequentBytes -= gone == null ? 0 : gone.length;
        } finally {
            lock.unlock();
        }
    }

    /** Counters since the start. */
    public Stats stats() {
        lock.lock();
        try {
            return new Stats(
                    (long) recent.size() + frequent.size(),
                    recentBytes + frequentBytes,
                    target,
                    hits,
                    misses,
                    ghostHits);
        } finally {
            lock.unlock();
        }
    }
}
