package libp2p.benchmarks.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.function.BiConsumer;
import org.mapdb.DB;
import org.mapdb.DBMaker;
import org.mapdb.Serializer;

/** MapDB with its write-ahead log. */
final class MapDbEngine implements Engine {
    private final DB database;
    private final ConcurrentNavigableMap<byte[], byte[]> map;

    MapDbEngine(Path folder) {
        database = DBMaker.fileDB(folder.resolve("store.mapdb").toFile())
                .transactionEnable()
                .make();
        map = database.treeMap("data", Serializer.BYTE_ARRAY_DELTA, Serializer.BYTE_ARRAY)
                .valuesOutsideNodesEnable()
                .createOrOpen();
    }

    @Override
    public synchronized void write(List<Entry> entries) {
        entries.forEach(entry -> map.put(entry.key(), entry.value()));
        database.commit();
    }

    @Override
    public void scan(BiConsumer<byte[], byte[]> consumer) {
        map.forEach(consumer);
    }

    @Override
    public void close() {
        database.close();
    }
}
