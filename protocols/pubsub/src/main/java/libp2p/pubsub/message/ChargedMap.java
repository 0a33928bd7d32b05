package libp2p.pubsub.message;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import libp2p.core.identity.PeerId;
import org.jspecify.annotations.Nullable;

/**
 * A map whose entries are each charged to a peer, in the order in which they came. Of too many, the oldest of the peer
 * that has most give way: a peer that brings them without end pushes out its own. Not thread-safe.
 *
 * @param <K> keys
 * @param <V> values
 */
public final class ChargedMap<K, V> {
    /** So many at a time give way, a share of all: the peer that has most need not be found for each. */
    private static final int SHARE = 256;

    private final Map<K, V> entries = new LinkedHashMap<>();
    /** The keys of each peer, the oldest first. */
    private final Map<PeerId, Deque<K>> owned = new HashMap<>();

    private final int most;
    private final Function<V, PeerId> owner;

    /**
     * Without entries.
     *
     * @param most entries
     * @param owner the peer that an entry is charged to, always the same
     */
    public ChargedMap(int most, Function<V, PeerId> owner) {
        this.most = most;
        this.owner = owner;
    }

    /** The value of a key, or null. */
    public @Nullable V get(K key) {
        return entries.get(key);
    }

    /** Whether there is an entry. */
    public boolean contains(K key) {
        return entries.containsKey(key);
    }

    /** Adds an entry whose key is not there. */
    public void add(K key, V value) {
        if (entries.size() >= most) {
            makeRoom();
        }
        entries.put(key, value);
        owned.computeIfAbsent(owner.apply(value), peer -> new ArrayDeque<>()).add(key);
    }

    private void makeRoom() {
        Deque<K> largest = new ArrayDeque<>();
        PeerId of = null;
        for (Map.Entry<PeerId, Deque<K>> one : owned.entrySet()) {
            boolean larger = one.getValue().size() > largest.size();
            // Of equal ones the choice must not depend on the order of a hash table.
            boolean first = one.getValue().size() == largest.size()
                    && (of == null || one.getKey().compareTo(of) < 0);
            if (larger || first) {
                largest = one.getValue();
                of = one.getKey();
            }
        }
        for (int left = Math.max(1, Math.min(most / SHARE, largest.size() / 2)); left > 0; left--) {
            entries.remove(largest.removeFirst());
        }
        if (largest.isEmpty()) {
            owned.remove(of);
        }
    }

    /** Removes the oldest entries, as long as the condition holds for the next one. */
    public void removeOldest(Predicate<V> condition) {
        Iterator<V> oldest = entries.values().iterator();
        while (oldest.hasNext()) {
            V one = oldest.next();
            if (!condition.test(one)) {
                return;
            }
            oldest.remove();
            Deque<K> keys = owned.get(owner.apply(one));
            if (keys != null) {
                keys.removeFirst(); // in the order of all
                if (keys.isEmpty()) {
                    owned.remove(owner.apply(one));
                }
            }
        }
    }

    /** The number of entries. */
    public int size() {
        return entries.size();
    }
}
