package libp2p.blocks.tier;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.environment.Environment;
import libp2p.multiformats.Multihash;

/**
 * Recent reads of each block: a read counts one, and less with time, half after each half-life. Thread-safe.
 */
final class AccessFrequency {
    private static final class Entry {
        double frequency;
        long at;
    }

    private final Environment environment;
    private final double halfLife;
    private final int most;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Multihash, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);

    /** @param most blocks that are remembered; those read longest ago are forgotten first */
    AccessFrequency(Environment environment, Duration halfLife, int most) {
        this.environment = environment;
        this.halfLife = halfLife.toNanos();
        this.most = most;
    }

    /** Counts a read; the heat with it. */
    double read(Multihash hash) {
        lock.lock();
        try {
            long now = environment.nanoTime();
            Entry entry = entries.computeIfAbsent(hash, key -> new Entry());
            entry.frequency = entry.frequency * Math.pow(0.5, (now - entry.at) / halfLife) + 1;
            entry.at = now;
            if (entries.size() > most) {
                entries.remove(entries.keySet().iterator().next());
            }
            return entry.frequency;
        } finally {
            lock.unlock();
        }
    }

    void forget(Collection<Multihash> hashes) {
        lock.lock();
        try {
            hashes.forEach(entries::remove);
        } finally {
            lock.unlock();
        }
    }

    /** Those that were not read for a time, the longest first. */
    List<Multihash> unread(Duration time) {
        lock.lock();
        try {
            long now = environment.nanoTime();
            List<Multihash> cold = new ArrayList<>();
            for (Map.Entry<Multihash, Entry> entry : entries.entrySet()) {
                if (now - entry.getValue().at < time.toNanos()) {
                    return cold; // in the order of reads
                }
                cold.add(entry.getKey());
            }
            return cold;
        } finally {
            lock.unlock();
        }
    }

    /** The block read longest ago, or empty. */
    List<Multihash> coldest(int count) {
        lock.lock();
        try {
            return entries.keySet().stream().limit(count).toList();
        } finally {
            lock.unlock();
        }
    }

    boolean knows(Multihash hash) {
        lock.lock();
        try {
            return entries.containsKey(hash);
        } finally {
            lock.unlock();
        }
    }
}
