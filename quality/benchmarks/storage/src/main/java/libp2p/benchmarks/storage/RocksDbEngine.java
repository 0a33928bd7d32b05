package libp2p.benchmarks.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.rocksdb.Options;
import org.rocksdb.RocksDB;
import org.rocksdb.RocksDBException;
import org.rocksdb.RocksIterator;
import org.rocksdb.WriteBatch;
import org.rocksdb.WriteOptions;

/** RocksDB with a synced log, which it shares between writers. */
final class RocksDbEngine implements Engine {
    private final Options options = new Options().setCreateIfMissing(true);
    private final WriteOptions synced = new WriteOptions().setSync(true);
    private final RocksDB database;

    RocksDbEngine(Path folder) throws RocksDBException {
        database = RocksDB.open(options, folder.toString());
    }

    @Override
    public void write(List<Entry> entries) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            for (Entry entry : entries) {
                batch.put(entry.key(), entry.value());
            }
            database.write(synced, batch);
        }
    }

    @Override
    public void scan(BiConsumer<byte[], byte[]> consumer) {
        try (RocksIterator iterator = database.newIterator()) {
            for (iterator.seekToFirst(); iterator.isValid(); iterator.next()) {
                consumer.accept(iterator.key(), iterator.value());
            }
        }
    }

    @Override
    public void close() {
        database.close();
        synced.close();
        options.close();
    }
}
