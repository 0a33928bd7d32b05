package libp2p.kad.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.kad.key.Key;
import org.jspecify.annotations.Nullable;

/**
 * The keys that this host announces, in the order of the keyspace, each with when it is due next; so a restart goes on
 * where the process ended. Keys for which {@link #add} has returned are on the disk. All keys are in memory, ordered by
 * place and by when they are due. Thread-safe; methods block for the disk.
 */
public final class ProvidedKeys {
    /**
     * A key that this host announces.
     *
     * @param key the multihash of the content
     * @param place of the key
     * @param announced milliseconds of the wall clock at the last announcement; 0 before the first
     * @param next when it is due, in milliseconds of the wall clock; 0 before the first announcement
     */
    public record Provided(byte[] key, Key place, long announced, long next) {}

    private static final Comparator<Provided> BY_NEXT =
            Comparator.comparingLong(Provided::next).thenComparing(Provided::place);

    private static final byte[] PREFIX = {'k'};
    private static final int DIGEST = Key.BITS / 8;
    private static final int VALUE = 2 * Long.BYTES;

    private final Datastore datastore;
    private final StoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final TreeMap<Key, Provided> keys = new TreeMap<>();
    private final TreeSet<Provided> waiting = new TreeSet<>(BY_NEXT);

    private ProvidedKeys(Datastore datastore, StoreLimits limits) {
        this.datastore = datastore;
        this.limits = limits;
    }

    /** Opens the keys that the datastore holds. */
    public static ProvidedKeys open(Datastore datastore, StoreLimits limits) throws IOException {
        ProvidedKeys provided = new ProvidedKeys(datastore, limits);
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                byte[] name = entry.key();
                if (name.length > 1 + DIGEST && entry.value().length >= Long.BYTES) {
                    byte[] key = Arrays.copyOfRange(name, 1 + DIGEST, name.length);
                    ByteBuffer value = ByteBuffer.wrap(entry.value());
                    long announced = value.getLong();
                    long next = value.remaining() < Long.BYTES ? announced : value.getLong();
                    provided.hold(new Provided(key, Key.of(key), announced, next));
                }
            }
        }
        return provided;
    }

    private void hold(Provided provided) {
        Provided old = keys.put(provided.place(), provided);
        if (old != null) {
            waiting.remove(old);
        }
        waiting.add(provided);
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
                    added.put(place, new Provided(key, place, 0, 0));
                }
            }
            if (keys.size() + added.size() > limits.provided()) {
                throw new IllegalStateException(keys.size() + " keys are provided and " + added.size()
                        + " more would be more than the limit of " + limits.provided());
            }
            write(added.values());
            added.values().forEach(this::hold);
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
                    waiting.remove(known);
                    changes.add(new Datastore.Change(name(known), null));
                }
            }
            Batches.write(datastore, changes);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Notes that keys were announced.
     *
     * @param next when they are due again
     */
    public void announced(Collection<Provided> done, Instant now, Instant next) throws IOException {
        lock.lock();
        try {
            List<Provided> changed = new ArrayList<>();
            for (Provided old : done) {
                if (keys.containsKey(old.place())) {
                    changed.add(new Provided(old.key(), old.place(), now.toEpochMilli(), next.toEpochMilli()));
                }
            }
            write(changed);
            changed.forEach(this::hold);
        } finally {
            lock.unlock();
        }
    }

    private void write(Collection<Provided> provided) throws IOException {
        List<Datastore.Change> changes = new ArrayList<>();
        for (Provided one : provided) {
            ByteBuffer value =
                    ByteBuffer.allocate(VALUE).putLong(one.announced()).putLong(one.next());
            changes.add(new Datastore.Change(name(one), value.array()));
        }
        Batches.write(datastore, changes);
    }

    private static byte[] name(Provided provided) {
        return ByteBuffer.allocate(1 + DIGEST + provided.key().length)
                .put(PREFIX)
                .put(provided.place().toBytes())
                .put(provided.key())
                .array();
    }

    /** The keys that are due, in the order of the keyspace. */
    public List<Provided> due(Instant now) {
        lock.lock();
        try {
            List<Provided> due = new ArrayList<>();
            for (Provided provided : waiting) {
                if (provided.next() > now.toEpochMilli()) {
                    break;
                }
                due.add(provided);
            }
            due.sort(Comparator.comparing(Provided::place));
            return due;
        } finally {
            lock.unlock();
        }
    }

    /** The moment at which the next key is due, or null if there is none. */
    public @Nullable Instant next() {
        lock.lock();
        try {
            return waiting.isEmpty()
                    ? null
                    : Instant.ofEpochMilli(waiting.first().next());
        } finally {
            lock.unlock();
        }
    }

    /** The number of keys that are announced. */
    public int size() {
        lock.lock();
        try {
            return keys.size();
        } finally {
            lock.unlock();
        }
    }
}
