package libp2p.blocks;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The damages that were found in a log since it was opened, the first {@value #MOST}; what the process writes to its own
 * log names the first some hundred of each file. Thread-safe.
 */
final class LogDamages {
    static final int MOST = 4096;

    private final ReentrantLock lock = new ReentrantLock();
    private final Set<LogDamage> found = new LinkedHashSet<>();

    void add(LogDamage damage) {
        lock.lock();
        try {
            if (found.size() < MOST) {
                found.add(damage);
            }
        } finally {
            lock.unlock();
        }
    }

    List<LogDamage> all() {
        lock.lock();
        try {
            return List.copyOf(found);
        } finally {
            lock.unlock();
        }
    }
}
