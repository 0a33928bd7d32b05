package libp2p.kad.store;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import libp2p.core.datastore.Datastore;
import libp2p.core.identity.PeerId;
import libp2p.core.protobuf.ProtobufException;
import libp2p.core.protobuf.ProtobufReader;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.resource.Crowd;
import libp2p.kad.key.Key;
import libp2p.multiformats.MalformedException;
import libp2p.multiformats.MultiformatsLimits;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.jspecify.annotations.Nullable;

/**
 * Providers of keys, until they expire. No sender hears whether its provider record is kept, so the record may wait a
 * while for the disk. Thread-safe; methods block for the disk. In memory only the places of the keys and the numbers of
 * their providers and of their groups are held. An index by expiry lies beside the records, so that a collection reads no
 * more records than have expired, and one by group.
 *
 * <p>All providers of a key are equally likely to be told, whatever their ids. Where a key has as many as it may, the
 * newest takes the place of a random one of its most crowded IP group, and where there are as many as there may be in all, that
 * of a random one of the group that has most: a stranger chooses keys near to this host as well as far away.
 */
public final class ProviderStore {
    /**
     * A provider of a key.
     *
     * @param peer the provider
     * @param addresses where it is, empty when they are too old to be told
     */
    public record Provider(PeerId peer, List<Multiaddr> addresses) {}

    /** The group of what this host provides itself. */
    public static final String OWN = "own";

    private static final byte[] PREFIX = {'p'};
    private static final byte[] INDEX = {'e'};
    private static final byte[] GROUPS = {'g'};
    private static final int BATCH = 1000;
    private static final int DIGEST = Key.BITS / 8;
    private static final int EXPIRES = 1;
    private static final int ADDRESSES_EXPIRE = 2;
    private static final int ADDRESS = 3;
    private static final int GROUP = 4;
    private static final int GROUP_BYTES = 64;
    /** Addresses of one record, and their bytes: what hosts that are honest have is a few hundred. */
    private static final int ADDRESSES = 16;

    private static final int ADDRESSES_BYTES = 1024;
    private static final int FIELDS = 256;

    private record Row(PeerId peer, long expires, long addressesExpire, List<Multiaddr> addresses, String group) {}

    private final Datastore datastore;
    private final StoreLimits limits;
    private final RandomGenerator random;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Key, Integer> perKey = new HashMap<>();
    private final Map<PeerId, Integer> perPeer = new HashMap<>();
    /** By name, so that the choice among equal ones depends on the order of events alone. */
    private final Map<String, Integer> perGroup = new TreeMap<>();

    private int size;

    private ProviderStore(Datastore datastore, StoreLimits limits, RandomGenerator random) {
        this.datastore = datastore;
        this.limits = limits;
        this.random = random;
    }

    /** Opens the store over the records of the datastore; unreadable ones are left out. */
    public static ProviderStore open(Datastore datastore, StoreLimits limits, RandomGenerator random)
            throws IOException {
        ProviderStore store = new ProviderStore(datastore, limits, random);
        long records = count(datastore, PREFIX);
        if (records != count(datastore, INDEX) || records != count(datastore, GROUPS)) {
            store.buildIndex();
        }
        try (Datastore.Entries entries = datastore.scan(Datastore.Scan.keys(GROUPS))) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                byte[] name = nameIn(entry.key());
                PeerId peer = peerOf(name);
                if (peer != null) {
                    store.count(placeOf(name), peer, groupIn(entry.key()), 1);
                }
            }
        }
        return store;
    }

    private static long count(Datastore datastore, byte[] prefix) throws IOException {
        long count = 0;
        try (Datastore.Entries entries = datastore.scan(Datastore.Scan.keys(prefix))) {
            while (entries.next() != null) {
                count++;
            }
        }
        return count;
    }

    /** Writes the indexes anew, for a datastore without them, and deletes unreadable records. */
    private void buildIndex() throws IOException {
        List<Datastore.Change> changes = new ArrayList<>();
        for (byte[] index : List.of(INDEX, GROUPS)) {
            try (Datastore.Entries old = datastore.scan(Datastore.Scan.keys(index))) {
                for (Datastore.Entry entry; (entry = old.next()) != null; ) {
                    changes.add(new Datastore.Change(entry.key(), null));
                    flush(changes, BATCH);
                }
            }
        }
        flush(changes, 1);
        try (Datastore.Entries entries = datastore.scan(PREFIX)) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                Row row = decode(entry);
                if (row == null) {
                    changes.add(new Datastore.Change(entry.key(), null));
                } else {
                    changes.add(new Datastore.Change(indexed(row.expires(), entry.key()), new byte[0]));
                    changes.add(new Datastore.Change(grouped(row.group(), entry.key()), new byte[0]));
                }
                flush(changes, BATCH);
            }
        }
        flush(changes, 1);
    }

    private void flush(List<Datastore.Change> changes, int atLeast) throws IOException {
        if (changes.size() >= atLeast) {
            datastore.writeLazily(List.copyOf(changes), limits.providerWriteDelay());
            changes.clear();
        }
    }

    /** The name in the index: when a record expires, and its own name. */
    private static byte[] indexed(long expires, byte[] name) {
        return ByteBuffer.allocate(INDEX.length + Long.BYTES + name.length)
                .put(INDEX)
                .putLong(expires)
                .put(name)
                .array();
    }

    /** The name in the index of groups, without the name of the record. */
    private static byte[] grouped(String group) {
        byte[] bytes = group.getBytes(UTF_8);
        return ByteBuffer.allocate(GROUPS.length + 1 + bytes.length)
                .put(GROUPS)
                .put((byte) bytes.length)
                .put(bytes)
                .array();
    }

    /**
     * The name in the index of groups: the group, a place that follows from the name and is as likely as any other, and
     * the name of the record.
     */
    private static byte[] grouped(String group, byte[] name) {
        byte[] prefix = grouped(group);
        return ByteBuffer.allocate(prefix.length + Long.BYTES + name.length)
                .put(prefix)
                .put(Key.of(name).toBytes(), 0, Long.BYTES)
                .put(name)
                .array();
    }

    private static String groupIn(byte[] grouped) {
        return new String(grouped, GROUPS.length + 1, grouped[GROUPS.length], UTF_8);
    }

    private static byte[] nameIn(byte[] grouped) {
        return Arrays.copyOfRange(grouped, GROUPS.length + 1 + grouped[GROUPS.length] + Long.BYTES, grouped.length);
    }

    private void count(Key place, PeerId peer, String group, int more) {
        perKey.merge(place, more, ProviderStore::sumOrNothing);
        perPeer.merge(peer, more, ProviderStore::sumOrNothing);
        perGroup.merge(group, more, ProviderStore::sumOrNothing);
        size += more;
    }

    private static @Nullable Integer sumOrNothing(int one, int other) {
        return one + other == 0 ? null : one + other;
    }

    /**
     * Notes a provider.
     *
     * @param key the multihash of the content
     * @param provider of its addresses the first 16 are kept, as far as they take 1 KiB together
     * @param group of the connection over which the provider says so, from {@link Crowd#groupOf}
     * @return false if it would be one too many of its peer
     */
    public boolean add(byte[] key, Provider provider, String group, Instant now) throws IOException {
        Key place = Key.of(key);
        byte[] name = name(place, provider.peer());
        lock.lock();
        try {
            List<Datastore.Change> changes = new ArrayList<>();
            byte[] old = datastore.get(name);
            if (old != null) {
                remove(new Datastore.Entry(name, old), changes);
            } else {
                if (perPeer.getOrDefault(provider.peer(), 0) >= limits.providersPerPeer()) {
                    return false;
                }
                if (perKey.getOrDefault(place, 0) >= limits.providersPerKey()) {
                    makeRoom(place, group, changes);
                } else if (size >= limits.providers()) {
                    makeRoom(group, changes);
                }
            }
            long expires = now.plus(limits.providerAge()).toEpochMilli();
            changes.add(new Datastore.Change(name, encode(provider, group, expires, now)));
            changes.add(new Datastore.Change(indexed(expires, name), new byte[0]));
            changes.add(new Datastore.Change(grouped(group, name), new byte[0]));
            datastore.writeLazily(changes, limits.providerWriteDelay());
            count(place, provider.peer(), group, 1);
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Removes a record with its places in the indexes. */
    private void remove(Datastore.Entry entry, List<Datastore.Change> changes) {
        changes.add(new Datastore.Change(entry.key(), null));
        Row row = decode(entry);
        if (row != null) {
            changes.add(new Datastore.Change(indexed(row.expires(), entry.key()), null));
            changes.add(new Datastore.Change(grouped(row.group(), entry.key()), null));
            count(placeOf(entry.key()), row.peer(), row.group(), -1);
        }
    }

    /** Drops the one of a key that has as many as it may that gives its place to the newest. */
    private void makeRoom(Key place, String group, List<Datastore.Change> changes) throws IOException {
        Crowd<Datastore.Entry> crowd = new Crowd<>();
        try (Datastore.Entries entries = datastore.scan(prefix(place))) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                Row row = decode(entry);
                if (row != null) {
                    crowd.add(row.group(), entry);
                }
            }
        }
        Datastore.Entry leaving = crowd.leaving(group, random);
        if (leaving != null) {
            remove(leaving, changes);
        }
    }

    /** Drops a random record of the group that has most in all. */
    private void makeRoom(String group, List<Datastore.Change> changes) throws IOException {
        String crowded = group;
        int most = perGroup.getOrDefault(group, 0);
        for (Map.Entry<String, Integer> one : perGroup.entrySet()) {
            if (one.getValue() > most) {
                crowded = one.getKey();
                most = one.getValue();
            }
        }
        byte[] name = randomOf(grouped(crowded));
        byte[] value = name == null ? null : datastore.get(name);
        if (name != null && value != null) {
            remove(new Datastore.Entry(name, value), changes);
        }
    }

    /** The name of a random record of a group. */
    private byte @Nullable [] randomOf(byte[] prefix) throws IOException {
        byte[] from = ByteBuffer.allocate(prefix.length + Long.BYTES)
                .put(prefix)
                .putLong(random.nextLong())
                .array();
        for (Datastore.Scan scan : List.of(Datastore.Scan.keys(prefix).startingAt(from), Datastore.Scan.keys(prefix))) {
            try (Datastore.Entries entries = datastore.scan(scan.first(1))) {
                Datastore.Entry entry = entries.next();
                if (entry != null) {
                    return nameIn(entry.key());
                }
            }
        }
        return null;
    }

    /** Providers of a key that have not expired, in random order, and at most so many: a random choice among all. */
    public List<Provider> get(byte[] key, int most, Instant now) throws IOException {
        List<Provider> providers = new ArrayList<>();
        for (byte[] name : inRandomOrder(Key.of(key))) {
            if (providers.size() >= most) {
                break;
            }
            byte[] value = datastore.get(name);
            Row row = value == null ? null : decode(new Datastore.Entry(name, value));
            if (row != null && row.expires() > now.toEpochMilli()) {
                boolean told = row.addressesExpire() > now.toEpochMilli();
                providers.add(new Provider(row.peer(), told ? row.addresses() : List.of()));
            }
        }
        return providers;
    }

    /** The names of the records of a key. */
    private List<byte[]> inRandomOrder(Key place) throws IOException {
        lock.lock();
        try {
            if (!perKey.containsKey(place)) {
                return List.of();
            }
        } finally {
            lock.unlock();
        }
        List<byte[]> names = new ArrayList<>();
        try (Datastore.Entries entries = datastore.scan(Datastore.Scan.keys(prefix(place)))) {
            for (Datastore.Entry entry; (entry = entries.next()) != null; ) {
                names.add(entry.key());
            }
        }
        lock.lock();
        try {
            Collections.shuffle(names, random);
        } finally {
            lock.unlock();
        }
        return names;
    }

    /** Deletes expired records; returns how many. */
    public int collect(Instant now) throws IOException {
        int deleted = 0;
        for (int batch; (batch = collectBatch(now)) > 0; ) {
            deleted += batch;
        }
        return deleted;
    }

    /** With the lock held: a record that is renewed meanwhile would be deleted else. */
    private int collectBatch(Instant now) throws IOException {
        lock.lock();
        try {
            List<Datastore.Change> changes = new ArrayList<>();
            int records = 0;
            try (Datastore.Entries entries =
                    datastore.scan(Datastore.Scan.keys(INDEX).first(BATCH))) {
                for (Datastore.Entry entry; records < BATCH && (entry = entries.next()) != null; records++) {
                    ByteBuffer index = ByteBuffer.wrap(entry.key(), INDEX.length, entry.key().length - INDEX.length);
                    if (index.getLong() > now.toEpochMilli()) {
                        break;
                    }
                    byte[] name = new byte[index.remaining()];
                    index.get(name);
                    byte[] value = datastore.get(name);
                    if (value != null) {
                        remove(new Datastore.Entry(name, value), changes);
                    }
                    changes.add(new Datastore.Change(entry.key(), null));
                }
            }
            if (!changes.isEmpty()) {
                datastore.writeLazily(changes, limits.providerWriteDelay());
            }
            return records;
        } finally {
            lock.unlock();
        }
    }

    /** The number of provider records that are held. */
    public int size() {
        lock.lock();
        try {
            return size;
        } finally {
            lock.unlock();
        }
    }

    private static byte[] prefix(Key place) {
        byte[] prefix = new byte[1 + DIGEST];
        prefix[0] = PREFIX[0];
        System.arraycopy(place.toBytes(), 0, prefix, 1, DIGEST);
        return prefix;
    }

    private static byte[] name(Key place, PeerId peer) {
        byte[] prefix = prefix(place);
        byte[] id = peer.toBytes();
        byte[] name = Arrays.copyOf(prefix, prefix.length + id.length);
        System.arraycopy(id, 0, name, prefix.length, id.length);
        return name;
    }

    private static Key placeOf(byte[] name) {
        return Key.ofDigest(Arrays.copyOfRange(name, 1, 1 + DIGEST));
    }

    private static @Nullable PeerId peerOf(byte[] name) {
        if (name.length <= 1 + DIGEST) {
            return null;
        }
        try {
            return PeerId.fromBytes(Arrays.copyOfRange(name, 1 + DIGEST, name.length));
        } catch (MalformedException e) {
            return null;
        }
    }

    private byte[] encode(Provider provider, String group, long expires, Instant now) {
        ProtobufWriter out = new ProtobufWriter()
                .uint64(EXPIRES, expires)
                .uint64(ADDRESSES_EXPIRE, now.plus(limits.addressAge()).toEpochMilli())
                .string(GROUP, group);
        int bytes = 0;
        for (Multiaddr address : provider.addresses().stream().limit(ADDRESSES).toList()) {
            if (bytes + address.size() <= ADDRESSES_BYTES) {
                bytes += address.size();
                out.bytes(ADDRESS, address.toBytes());
            }
        }
        return out.toByteArray();
    }

    private static @Nullable Row decode(Datastore.Entry entry) {
        PeerId peer = peerOf(entry.key());
        if (peer == null) {
            return null;
        }
        long expires = 0;
        long addressesExpire = 0;
        String group = ""; // of records from before there were groups
        List<Multiaddr> addresses = new ArrayList<>();
        try {
            ProtobufReader in = ProtobufReader.of("stored provider", entry.value(), Integer.MAX_VALUE, FIELDS);
            while (in.next()) {
                switch (in.field()) {
                    case EXPIRES -> expires = in.uint64();
                    case ADDRESSES_EXPIRE -> addressesExpire = in.uint64();
                    case ADDRESS -> addresses.add(Multiaddr.fromBytes(in.bytes(MultiformatsLimits.MULTIADDR_BYTES)));
                    case GROUP -> group = in.string(GROUP_BYTES);
                    default -> in.skip();
                }
            }
        } catch (ProtobufException | MalformedException e) {
            return null;
        }
        return new Row(peer, expires, addressesExpire, addresses, group);
    }
}
