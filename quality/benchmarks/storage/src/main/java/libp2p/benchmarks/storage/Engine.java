package libp2p.benchmarks.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/** The contract of a storage engine: writes that are durable when they return, ordered keys, bytes. */
interface Engine extends AutoCloseable {
    record Entry(byte[] key, byte[] value) {}

    /** Opens an engine by name in a folder that exists. */
    static Engine open(String name, Path folder) throws Exception {
        return switch (name) {
            case "mvstore" -> new MvStoreEngine(folder);
            case "rocksdb" -> new RocksDbEngine(folder);
            case "lmdb" -> new LmdbEngine(folder);
            case "xodus" -> new XodusEngine(folder);
            case "mapdb" -> new MapDbEngine(folder);
            case "sqlite" -> new SqliteEngine(folder);
            default -> throw new IllegalArgumentException("unknown engine: " + name);
        };
    }

    List<String> NAMES = List.of("mvstore", "rocksdb", "lmdb", "xodus", "mapdb", "sqlite");

    /** Writes all entries atomically; durable when it returns. Thread-safe. */
    void write(List<Entry> entries) throws Exception;

    /** Calls the consumer with every entry in the order of the keys. */
    void scan(BiConsumer<byte[], byte[]> consumer) throws Exception;

    @Override
    void close() throws Exception;
}
