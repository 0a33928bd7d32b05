package libp2p.swarm.dial;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Remembers addresses that failed, and for how long they are left alone: 5 s + 1 s · tries², at most 5 min as in go,
 * with up to a tenth of jitter. Bounded: the oldest entry goes first. Thread-safe.
 */
public final class Backoff {
    private static final long BASE = Duration.ofSeconds(5).toNanos();
    private static final long COEFFICIENT = Duration.ofSeconds(1).toNanos();
    private static final long MAXIMUM = Duration.ofMinutes(5).toNanos();
    private static final int MAXIMUM_TRIES = 1000;

    private record Key(@Nullable PeerId peer, Multiaddr address) {}

    private record Entry(int tries, long until) {}

    private final Environment environment;
    private final int capacity;
    private final RandomGenerator jitter;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Entry> entries = new LinkedHashMap<>();

    public Backoff(Environment environment, int capacity) {
        this.environment = environment;
        this.capacity = capacity;
        this.jitter = environment.random("swarm.backoff");
    }

    /** Time for which the address is still to be left alone, in nanoseconds; 0 if it may be dialed. */
    public long remainingNanos(@Nullable PeerId peer, Multiaddr address) {
        lock.lock();
        try {
            Entry entry = entries.get(new Key(peer, address));
            return entry == null ? 0 : Math.max(0, entry.until() - environment.nanoTime());
        } finally {
            lock.unlock();
        }
    }

    public void failed(@Nullable PeerId peer, Multiaddr address) {
        Key key = new Key(peer, address);
        lock.lock();
        try {
            Entry before = entries.remove(key);
            long now = environment.nanoTime();
            int tries =
                    before == null || now - before.until() > MAXIMUM ? 0 : Math.min(MAXIMUM_TRIES, before.tries() + 1);
            long pause = Math.min(MAXIMUM, BASE + COEFFICIENT * tries * tries);
            entries.put(key, new Entry(tries, now + pause + jitter.nextLong(pause / 10)));
            if (entries.size() > capacity) {
                entries.remove(entries.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets everything: the network is another one. */
    public void clear() {
        lock.lock();
        try {
            entries.clear();
        } finally {
            lock.unlock();
        }
    }

    public void succeeded(@Nullable PeerId peer, Multiaddr address) {
        lock.lock();
        try {
            entries.remove(new Key(peer, address));
        } finally {
            lock.unlock();
        }
    }
}
