package libp2p.kad.store;

import java.io.IOException;
import java.lang.System.Logger.Level;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.datastore.Datastore;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.resource.Crowd;
import libp2p.kad.key.Key;
import org.jspecify.annotations.Nullable;

/**
 * Values that were validated, each until it expires. Records for which {@link #put} has returned are on the disk.
 * Thread-safe; methods block for the disk. In memory only the places of the keys are held.
 *
 * <p>A stranger chooses its keys, near to this host as well as far away. So without room it is a random record of the most
 * crowded IP group that leaves, and not the farthest.
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

    /** The group of what this host stores itself. */
    public static final String OWN = "own";

    private record Held(int bytes, Key digest, long expires, String group, long version) {}

    private static final System.Logger LOG = System.getLogger(RecordStore.class.getName());
    private static final byte[] PREFIX = {'r'};
    private static final int KEY = 1;
    private static final int VALUE = 2;
    private static final int RECEIVED = 3;
    private static final int GROUP = 4;
    private static final int GROUP_BYTES = 64;
    private static final int FIELDS = 8;
    /** Of a value that is not compared. */
    private static final long ANY = -1;

    private final Datastore datastore;
    private final StoreLimits limits;
    private final ReentrantLock lock = new ReentrantLock();
    private final RandomGenerator random;
    private final Map<Key, Held> held = new HashMap<>();
    private final Crowd<Key> crowd = new Crowd<>();

    private long bytes;
    private long versions;

    private RecordStore(Datastore datastore, StoreLimits limits, RandomGenerator random) {
        this.datastore = datastore;
        this.limits = limits;
        this.random = random;
    }

    /** Opens the store over the records of the datastore; unreadable ones are deleted. */
    public static RecordStore open(Datastore datastore, StoreLimits limits, RandomGenerator random) throws IOException {
        RecordStore store = new RecordStore(datastore, limits, random);
        List<Datastore.Change> broken = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                Row row = decode(entry.value());
                if (row == null) {
                    broken.add(new Datastore.Change(entry.key(), null));
                } else {
                    store.hold(Key.of(row.stored().key()), row, null);
                }
            }
        }
        if (!broken.isEmpty()) {
            LOG.log(Level.WARNING, "{0} stored records cannot be read and are deleted", broken.size());
            datastore.write(broken);
        }
        return store;
    }

    private record Row(Stored stored, String group) {}

    /** A value that is sent again stays of the same version: what was compared with it need not be compared anew. */
    private void hold(Key place, Row row, @Nullable Held old) {
        forget(place);
        int length = row.stored().value().length;
        Key digest = Key.of(row.stored().value());
        long expires = row.stored().received().plus(limits.recordAge()).toEpochMilli();
        long version = old != null && old.digest().equals(digest) ? old.version() : ++versions;
        held.put(place, new Held(length, digest, expires, row.group(), version));
        crowd.add(row.group(), place, weight(length));
        bytes += length;
    }

    private void forget(Key place) {
        Held old = held.remove(place);
        if (old != null) {
            crowd.remove(old.group(), place);
            bytes -= old.bytes();
        }
    }

    /** A record takes a place, and its bytes. */
    private long weight(int length) {
        return length + Math.max(1, limits.recordBytes() / limits.records());
    }

    /** A number that changes whenever the value of a key does, for {@link #replace}. */
    public long version(byte[] key) {
        lock.lock();
        try {
            return versionAt(Key.of(key));
        } finally {
            lock.unlock();
        }
    }

    private long versionAt(Key place) {
        Held known = held.get(place);
        return known == null ? 0 : known.version();
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
        Row row = value == null ? null : decode(value);
        return row == null ? null : row.stored();
    }

    /**
     * Keeps a value; it is on the disk when this returns true. Others wait for the disk beside, not behind it.
     *
     * @param group of the connection over which it came, from {@link Crowd#groupOf}. A value that is here already keeps its
     *     group if that is the less crowded one, so that a stranger who sends it again does not make it one of its own
     * @return false if it alone is larger than all values may be together
     */
    public boolean put(byte[] key, byte[] value, String group, Instant now) throws IOException {
        return put(key, value, group, now, ANY) != Outcome.TOO_LARGE;
    }

    /** The outcome of {@link #replace}. */
    public enum Outcome {
        /** It is on the disk. */
        KEPT,
        /** It alone is larger than all values may be together. */
        TOO_LARGE,
        /** Another value has come for the key meanwhile, with which this one has to be compared. */
        OVERTAKEN
    }

    /**
     * As {@link #put}, unless another value has come for the key since it was compared: of two that come at the same moment the
     * worse one shall not replace the better one that was confirmed.
     *
     * @param version of the value with which this one was compared, from {@link #version}
     */
    public Outcome replace(byte[] key, byte[] value, String group, Instant now, long version) throws IOException {
        return put(key, value, group, now, version);
    }

    private Outcome put(byte[] key, byte[] value, String group, Instant now, long version) throws IOException {
        Key place = Key.of(key);
        List<Datastore.Change> changes = new ArrayList<>();
        if (value.length > limits.recordBytes()) {
            return Outcome.TOO_LARGE;
        }
        lock.lock();
        try {
            if (version != ANY && version != versionAt(place)) {
                return Outcome.OVERTAKEN;
            }
            Held old = held.get(place);
            boolean stays = old != null && crowd.weight(old.group()) <= crowd.weight(group);
            Row row = new Row(new Stored(key, value, now), old != null && stays ? old.group() : group);
            forget(place);
            makeRoom(value.length, row.group(), changes);
            changes.add(new Datastore.Change(name(place), encode(row)));
            hold(place, row, old);
            datastore.writeLazily(changes, limits.providerWriteDelay());
        } finally {
            lock.unlock();
        }
        datastore.sync();
        return Outcome.KEPT;
    }

    /** Drops random records of the most crowded groups until there is room. */
    private void makeRoom(int length, String group, List<Datastore.Change> changes) {
        while (held.size() >= limits.records() || bytes + length > limits.recordBytes()) {
            Key leaving = crowd.leaving(group, weight(length), random);
            if (leaving == null) {
                return;
            }
            drop(leaving, changes);
        }
    }

    private void drop(Key place, List<Datastore.Change> changes) {
        forget(place);
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

    private static byte[] encode(Row row) {
        Stored stored = row.stored();
        return new ProtobufWriter()
                .bytes(KEY, stored.key())
                .bytes(VALUE, stored.value())
                .uint64(RECEIVED, stored.received().toEpochMilli())
                .string(GROUP, row.group())
                .toByteArray();
    }

    private static @Nullable Row decode(byte[] bytes) {
        byte[] key = null;
        byte[] value = null;
        long received = 0;
        String group = ""; // of records from before there were groups
        try {
            ProtobufReader in = ProtobufReader.of("stored record", bytes, Integer.MAX_VALUE, FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case KEY -> key = in.bytes(Integer.MAX_VALUE);
                    case VALUE -> value = in.bytes(Integer.MAX_VALUE);
                    case RECEIVED -> received = in.uint64();
                    case GROUP -> group = in.string(GROUP_BYTES);
                    default -> in.skip();
                }
            }
        } catch (ProtobufException e) {
            return null;
        }
        return key == null || value == null
                ? null
                : new Row(new Stored(key, value, Instant.ofEpochMilli(received)), group);
    }
}
