package libp2p.streams;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A map from numbers to objects that makes no garbage: open addressing with linear probing. Not thread-safe. */
final class LongMap<V> {
    private static final int SMALLEST = 16;

    private long[] keys = new long[SMALLEST];
    private @Nullable Object[] values = new Object[SMALLEST];
    private int size;

    int size() {
        return size;
    }

    @Nullable
    V get(long key) {
        return at(find(key));
    }

    /** Adds a pair; the key must not be there. */
    void put(long key, V value) {
        if (size * 2 >= keys.length) {
            resize(keys.length * 2);
        }
        int slot = find(key);
        keys[slot] = key;
        values[slot] = value;
        size++;
    }

    /** Removes a pair if it exists. */
    void remove(long key) {
        int hole = find(key);
        if (values[hole] == null) {
            return;
        }
        size--;
        values[hole] = null;
        int mask = keys.length - 1;
        for (int slot = (hole + 1) & mask; values[slot] != null; slot = (slot + 1) & mask) {
            int home = home(keys[slot]);
            if (((slot - home) & mask) >= ((slot - hole) & mask)) { // the hole lies between its home and its slot
                keys[hole] = keys[slot];
                values[hole] = values[slot];
                values[slot] = null;
                hole = slot;
            }
        }
        if (keys.length > SMALLEST && size * 8 <= keys.length) {
            resize(keys.length / 2);
        }
    }

    /** Removes all pairs. */
    void clear() {
        keys = new long[SMALLEST];
        values = new Object[SMALLEST];
        size = 0;
    }

    /** All values, in the order of their keys' slots; it must not reach the network. */
    List<V> values() {
        List<V> list = new ArrayList<>(size);
        for (int i = 0; i < values.length; i++) {
            V value = at(i);
            if (value != null) {
                list.add(value);
            }
        }
        return list;
    }

    private int find(long key) {
        int mask = keys.length - 1;
        int slot = home(key);
        while (values[slot] != null && keys[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    private int home(long key) {
        long mixed = key * 0x9E3779B97F4A7C15L;
        return (int) (mixed >>> 32) & (keys.length - 1);
    }

    @SuppressWarnings("unchecked")
    private @Nullable V at(int slot) {
        return (V) values[slot];
    }

    private void resize(int capacity) {
        long[] oldKeys = keys;
        @Nullable Object[] oldValues = values;
        keys = new long[capacity];
        values = new Object[capacity];
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldValues[i] != null) {
                int slot = find(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
