package libp2p.kad.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.kad.key.Key;

/**
 * The keys that this host announces, in the order of the keyspace, each with when it was announced last; so a restart goes on
 * where the process ended. What {@link #add} has returned for is on the disk. Thread-safe; methods block for the disk.
 */
public final class ProvidedKeys {
    /**
     * A key that this host announces.
     *
     * @param key the multihash of the content
     * @param place of the key
     * @param announced milliseconds of the wall clock at the last announcement; 0 before the first
     */
    public record Provided(byte[] key, Key place, long announced) {}

    private static final byte[] PREFIX = {'k'};
    private static final int DIGEST = Key.BITS / 8;

    private final Datastore datastore;
    private final StoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Key, Provided> keys = new TreeMap<>();

    private ProvidedKeys(Datastore datastore, StoreLimits limits) {
        this.datastore = datastore;
        this.limits = limits;
    }

    /** Opens what the datastore holds. */
    public static ProvidedKeys open(Datastore datastore, StoreLimits limits) throws IOException {
        ProvidedKeys provided = new ProvidedKeys(datastore, limits);
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                byte[] name = entry.key();
                if (name.length > 1 + DIGEST && entry.value().length == Long.BYTES) {
                    byte[] key = Arrays.copyOfRange(name, 1 + DIGEST, name.length);
                    Key place = Key.of(key);
                    long announced = ByteBuffer.wrap(entry.value()).getLong();
                    provided.keys.put(place, new Provided(key, place, announced));
                }
            }
        }
        return provided;
    }

    /**
     * Adds keys; those that are there stay as they are.
     *
     * @throws IllegalStateException if there would be more than the limit; nothing is added then
     */
    public void add(Collection<byte[]> more) throws IOException {
        lock.lock();
        try {
            Map<Key, Provided> added = new TreeMap<>();
            for (byte[] key : more) {
                Key place = Key.of(key);
                if (!keys.containsKey(place)) {
                    added.put(place, new Provided(key, place, 0));
                }
            }
            if (keys.size() + added.size() > limits.provided()) {
                throw new IllegalStateException(keys.size() + " keys are provided and " + added.size()
                        + " more would be more than the limit of " + limits.provided());
            }
            write(added.values());
            keys.putAll(added);
        } finally {
            lock.unlock();
        }
    }

    /** Takes keys out. */
    public void remove(Collection<byte[]> gone) throws IOException {
        lock.lock();
        try {
            List<Datastore.Change> changes = new ArrayList<>();
            for (byte[] key : gone) {
                Provided known = keys.remove(Key.of(key));
                if (known != null) {
                    changes.add(new Datastore.Change(name(known), null));
                }
            }
            if (!changes.isEmpty()) {
                datastore.write(changes);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Notes that keys were announced. */
    public void announced(Collection<Provided> done, Instant now) throws IOException {
        lock.lock();
        try {
            List<Provided> changed = new ArrayList<>();
            for (Provided old : done) {
                Provided renewed = new Provided(old.key(), old.place(), now.toEpochMilli());
                if (keys.replace(old.place(), renewed) != null) {
                    changed.add(renewed);
                }
            }
            write(changed);
        } finally {
            lock.unlock();
        }
    }

    private void write(Collection<Provided> provided) throws IOException {
        List<Datastore.Change> changes = new ArrayList<>();
        for (Provided one : provided) {
            byte[] announced =
                    ByteBuffer.allocate(Long.BYTES).putLong(one.announced()).array();
            changes.add(new Datastore.Change(name(one), announced));
        }
        if (!changes.isEmpty()) {
            datastore.write(changes);
        }
    }

    private static byte[] name(Provided provided) {
        return ByteBuffer.allocate(1 + DIGEST + provided.key().length)
                .put(PREFIX)
                .put(provided.place().toBytes())
                .put(provided.key())
                .array();
    }

    /** The keys that were last announced before a moment, in the order of the keyspace. */
    public List<Provided> due(Instant before) {
        lock.lock();
        try {
            return keys.values().stream()
                    .filter(provided -> provided.announced() < before.toEpochMilli())
                    .toList();
        } finally {
            lock.unlock();
        }
    }

    /** When the next key is due that was announced so long ago, in milliseconds of the wall clock; 0 if there is no key. */
    public long oldest() {
        lock.lock();
        try {
            return keys.values().stream().mapToLong(Provided::announced).min().orElse(0);
        } finally {
            lock.unlock();
        }
    }

    /** How many keys are announced. */
    public int size() {
        lock.lock();
        try {
            return keys.size();
        } finally {
            lock.unlock();
        }
    }
}
