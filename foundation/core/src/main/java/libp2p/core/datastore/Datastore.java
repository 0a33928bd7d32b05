package libp2p.core.datastore;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys and values of bytes, ordered by unsigned comparison of keys. Thread-safe; methods block for the disk. */
public interface Datastore extends AutoCloseable {
    /** The value of a key, or null; the array is the caller's. */
    byte @Nullable [] get(byte[] key) throws IOException;

    /** Whether the key has a value. */
    default boolean has(byte[] key) throws IOException {
        return get(key) != null;
    }

    /** Bytes of the value, or -1 if the key has none. */
    default int size(byte[] key) throws IOException {
        byte[] value = get(key);
        return value == null ? -1 : value.length;
    }

    /** Durable when it returns. */
    default void put(byte[] key, byte[] value) throws IOException {
        write(List.of(new Change(key, value)));
    }

    /** Durable when it returns. */
    default void delete(byte[] key) throws IOException {
        write(List.of(new Change(key, null)));
    }

    /** Makes all changes or none; durable when it returns. */
    void write(List<Change> batch) throws IOException;

    /**
     * Makes all changes or none, without waiting for the disk: they can be read when it returns, and are durable after
     * a time. A failure of the machine loses at most the changes of that time, the newest first. A failure of the disk
     * loses them too, and is reported once: by the next lazy write, which is then not made, by {@link #sync} or by
     * {@link #close}. The default is durable when it returns.
     *
     * @param within how long until the changes are durable at the latest, not negative
     */
    default void writeLazily(List<Change> batch, Duration within) throws IOException {
        write(batch);
    }

    /** Returns when every earlier write is durable. */
    default void sync() throws IOException {}

    /** The entries whose keys start with the prefix, in order, from a consistent view; to be closed. */
    default Entries scan(byte[] prefix) throws IOException {
        return scan(new Scan(prefix, null, true));
    }

    /** As {@link #scan(byte[])}, with options. */
    Entries scan(Scan scan) throws IOException;

    /**
     * A part of this datastore: a view of the keys with a prefix of its own, without the prefix. Closing the view does
     * nothing.
     *
     * @param name 1 to 64 characters of a–z, 0–9 and hyphen
     */
    default Datastore namespace(String name) {
        return new NamespacedDatastore(this, name);
    }

    @Override
    void close() throws IOException;

    /**
     * A put, or a delete if the value is null.
     *
     * @param key of the entry; at most as long as the store takes
     * @param value the new value, or null for a delete
     */
    record Change(byte[] key, byte @Nullable [] value) {}

    /**
     * One key with its value.
     *
     * @param key of the entry
     * @param value of the entry, never null
     */
    record Entry(byte[] key, byte[] value) {}

    /**
     * The entries to walk over.
     *
     * @param prefix of all keys
     * @param from the first key, or null for the first with the prefix; it may be absent
     * @param values whether values are read; without them every value is empty
     * @param most entries that the caller will take; a store may tell more, and spares itself the work
     */
    record Scan(byte[] prefix, byte @Nullable [] from, boolean values, int most) {
        /** All with a prefix, from a key on. */
        public Scan(byte[] prefix, byte @Nullable [] from, boolean values) {
            this(prefix, from, values, Integer.MAX_VALUE);
        }

        /** All keys with a prefix, without values. */
        public static Scan keys(byte[] prefix) {
            return new Scan(prefix, null, false);
        }

        /** The same from a key on. */
        public Scan startingAt(byte[] key) {
            return new Scan(prefix, key, values, most);
        }

        /** The same, of which the caller takes the first ones alone. */
        public Scan first(int count) {
            return new Scan(prefix, from, values, count);
        }

        /** The later of prefix and first key: no key before it is walked over. */
        public byte[] start() {
            return from == null || java.util.Arrays.compareUnsigned(from, prefix) < 0 ? prefix : from;
        }
    }

    /** Walks over entries; one thread at a time. */
    interface Entries extends AutoCloseable {
        /** The next entry, or null after the last. */
        @Nullable
        Entry next() throws IOException;

        @Override
        void close();
    }
}
