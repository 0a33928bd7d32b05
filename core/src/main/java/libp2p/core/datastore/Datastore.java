package libp2p.core.datastore;

import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keys and values of bytes, ordered by unsigned comparison of keys. Thread-safe; methods block for the disk. */
public interface Datastore extends AutoCloseable {
    byte @Nullable [] get(byte[] key) throws IOException;

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

    /** The entries whose keys start with the prefix, in order, from a consistent view; to be closed. */
    Entries scan(byte[] prefix) throws IOException;

    @Override
    void close() throws IOException;

    /** A put, or a delete if the value is null. */
    record Change(byte[] key, byte @Nullable [] value) {}

    /** One key with its value. */
    record Entry(byte[] key, byte[] value) {}

    /** Walks over entries; one thread at a time. */
    interface Entries extends AutoCloseable {
        /** The next entry, or null after the last. */
        @Nullable
        Entry next() throws IOException;

        @Override
        void close();
    }
}
