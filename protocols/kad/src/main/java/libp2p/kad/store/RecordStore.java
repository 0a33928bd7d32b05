package libp2p.kad.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.kad.key.Key;
import org.jspecify.annotations.Nullable;

/**
 * Values that were validated, each until it expires. Records for which {@link #put} has returned are on the disk.
 * Thread-safe; methods block for the disk. In memory only the places of the keys are held.
 */
public final class RecordStore {
    /**
     * A value and when it was received.
     *
     * @param key of the record
     * @param value of the record
     * @param received on the wall clock
     */
    public record Stored(byte[] key, byte[] value, Instant received) {}

    private record Held(int bytes, long expires) {}

    private static final System.Logger LOG = System.getLogger(RecordStore.class.getName());
    private static final byte[] PREFIX = {'r'};
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int RECEIVED = 3;
    private static final int FIELDS = 8;

    private final Datastore datastore;
    private final StoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    /** By distance from this host, closest first. */
    private final TreeMap<Key, Held> held;

    private long bytes;

    private RecordStore(Datastore datastore, Key self, StoreLimits limits) {
        this.datastore = datastore;
        this.limits = limits;
        this.held = new TreeMap<>(self::compareDistances);
    }

    /** Opens the store over the records of the datastore; unreadable ones are deleted. */
    public static RecordStore open(Datastore datastore, Key self, StoreLimits limits) throws IOException {
        RecordStore store = new RecordStore(datastore, self, limits);
        List<Datastore.Change> broken = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                Stored stored = decode(entry.value());
                if (stored == null) {
                    broken.add(new Datastore.Change(entry.key(), null));
                } else {
                    store.hold(Key.of(stored.key()), stored);
                }
            }
        }
        if (!broken.isEmpty()) {
            LOG.log(Level.WARNING, "{0} stored records cannot be read and are deleted", broken.size());
            datastore.write(broken);
        }
        return store;
    }

    private void hold(Key place, Stored stored) {
        long expires = stored.received().plus(limits.recordAge()).toEpochMilli();
        Held old = held.put(place, new Held(stored.value().length, expires));
        bytes += stored.value().length - (old == null ? 0 : old.bytes());
    }

    /** The value of a key if there is one and it has not expired. */
    public @Nullable Stored get(byte[] key, Instant now) throws IOException {
        Key place = Key.of(key);
        lock.lock();
        try {
            Held known = held.get(place);
            if (known == null || known.expires() <= now.toEpochMilli()) {
                return null;
            }
        } finally {
            lock.unlock();
        }
        byte[] value = datastore.get(name(place));
        return value == null ? null : decode(value);
    }

    /**
     * Keeps a value; it is on the disk when this returns true.
     *
     * @return false if there is no room, because all that is held is closer to this host
     */
    public boolean put(byte[] key, byte[] value, Instant now) throws IOException {
        Key place = Key.of(key);
        Stored stored = new Stored(key, value, now);
        List<Datastore.Change> changes = new ArrayList<>();
        lock.lock();
        try {
            if (!makeRoom(place, value.length, changes)) {
                return false;
            }
            changes.add(new Datastore.Change(name(place), encode(stored)));
            datastore.write(changes);
            hold(place, stored);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Drops the farthest and the expired records until there is room; drops nothing if there will be none. */
    private boolean makeRoom(Key place, int length, List<Datastore.Change> changes) {
        Held old = held.get(place);
        long needed = bytes + length - (old == null ? 0 : old.bytes());
        int count = held.size() + (old == null ? 1 : 0);
        List<Key> farthest = new ArrayList<>();
        for (Map.Entry<Key, Held> entry : held.descendingMap().entrySet()) {
            if (count <= limits.records() && needed <= limits.recordBytes()) {
                break;
            }
            if (held.comparator().compare(entry.getKey(), place) <= 0) {
                return false;
            }
            farthest.add(entry.getKey());
            needed -= entry.getValue().bytes();
            count--;
        }
        if (count > limits.records() || needed > limits.recordBytes()) {
            return false;
        }
        for (Key key : farthest) {
            drop(key, changes);
        }
        return true;
    }

    private void drop(Key place, List<Datastore.Change> changes) {
        Held old = held.remove(place);
        if (old != null) {
            bytes -= old.bytes();
        }
        changes.add(new Datastore.Change(name(place), null));
    }

    /** Deletes expired records; returns how many. */
    public int collect(Instant now) throws IOException {
        List<Datastore.Change> changes = new ArrayList<>();
        lock.lock();
        try {
            List<Key> expired = new ArrayList<>();
            held.forEach((place, known) -> {
                if (known.expires() <= now.toEpochMilli()) {
                    expired.add(place);
                }
            });
            expired.forEach(place -> drop(place, changes));
            Batches.writeLazily(datastore, changes, limits.providerWriteDelay());
            return changes.size();
        } finally {
            lock.unlock();
        }
    }

    /** The number of records that are held, those included that have expired since the last {@link #collect}. */
    public int size() {
        lock.lock();
        try {
            return held.size();
        } finally {
            lock.unlock();
        }
    }

    private static byte[] name(Key place) {
        byte[] name = new byte[PREFIX.length + Key.BITS / 8];
        name[0] = PREFIX[0];
        System.arraycopy(place.toBytes(), 0, name, PREFIX.length, Key.BITS / 8);
        return name;
    }

    private static byte[] encode(Stored stored) {
        return new ProtobufWriter()
                .bytes(KEY, stored.key())
                .bytes(VALUE, stored.value())
                .uint64(RECEIVED, stored.received().toEpochMilli())
                .toByteArray();
    }

    private static @Nullable Stored decode(byte[] bytes) {
        byte[] key = null;
        byte[] value = null;
        long received = 0;
        try {
            ProtobufReader in = ProtobufReader.of("stored record", bytes, Integer.MAX_VALUE, FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case KEY -> key = in.bytes(Integer.MAX_VALUE);
                    case VALUE -> value = in.bytes(Integer.MAX_VALUE);
                    case RECEIVED -> received = in.uint64();
                    default -> in.skip();
                }
            }
        } catch (ProtobufException e) {
            return null;
        }
        return key == null || value == null ? null : new Stored(key, value, Instant.ofEpochMilli(received));
    }
}
