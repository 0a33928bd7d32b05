package libp2p.kad;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import libp2p.core.environment.Environment;
import libp2p.core.identity.PeerId;
import libp2p.core.resource.Crowd;
import org.jspecify.annotations.Nullable;

/**
 * Servers that have just come and are asked whether they answer, before the table takes them: so many at a time, of one IP
 * group no more than the table takes of it, so that those of one network that never answer hold up their own alone. The
 * others wait; of too many a random one of the most crowded group goes, and comes into the table by lookups. Thread-safe.
 */
final class Newcomers {
    private static final int AT_A_TIME = 64;
    private static final int WAITING = 256;

    private final Environment environment;
    private final int perGroup;
    private final RandomGenerator random;
    private final Consumer<PeerId> check;
    private final ReentrantLock lock = new ReentrantLock();
    /** With the group of each, those that came first at the beginning. */
    private final Map<PeerId, String> waiting = new LinkedHashMap<>();

    private final Crowd<PeerId> crowd = new Crowd<>();
    private final Map<PeerId, String> asked = new HashMap<>();

    /**
     * Asks nothing yet.
     *
     * @param perGroup peers of an IP group that are asked at a time
     * @param check asks a peer; blocks
     */
    Newcomers(Environment environment, int perGroup, RandomGenerator random, Consumer<PeerId> check) {
        this.environment = environment;
        this.perGroup = perGroup;
        this.random = random;
        this.check = check;
    }

    /** Has a peer asked, soon; does not block. */
    void offer(PeerId peer, String group) {
        lock.lock();
        try {
            if (asked.containsKey(peer) || waiting.containsKey(peer)) {
                return;
            }
            if (waiting.size() >= WAITING) {
                PeerId leaving = crowd.leaving(group, random);
                if (leaving != null) {
                    forget(leaving);
                }
            }
            waiting.put(peer, group);
            crowd.add(group, peer);
        } finally {
            lock.unlock();
        }
        begin();
    }

    private void forget(PeerId peer) {
        String group = waiting.remove(peer);
        if (group != null) {
            crowd.remove(group, peer);
        }
    }

    private void begin() {
        for (PeerId next; (next = next()) != null; ) {
            PeerId peer = next;
            environment.start("kad-newcomer", () -> {
                try {
                    check.accept(peer);
                } finally {
                    end(peer);
                }
            });
        }
    }

    /** The first one that waits and whose group has room; null if there is none. */
    private @Nullable PeerId next() {
        lock.lock();
        try {
            if (asked.size() >= AT_A_TIME) {
                return null;
            }
            for (Iterator<Map.Entry<PeerId, String>> all = waiting.entrySet().iterator(); all.hasNext(); ) {
                Map.Entry<PeerId, String> one = all.next();
                String group = one.getValue();
                if (asked.values().stream().filter(group::equals).count() < perGroup) {
                    all.remove();
                    crowd.remove(group, one.getKey());
                    asked.put(one.getKey(), group);
                    return one.getKey();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }

    private void end(PeerId peer) {
        lock.lock();
        try {
            asked.remove(peer);
        } finally {
            lock.unlock();
        }
        begin();
    }
}
