package libp2p.benchmarks.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.lmdbjava.ByteArrayProxy;
import org.lmdbjava.Dbi;
import org.lmdbjava.DbiFlags;
import org.lmdbjava.Env;
import org.lmdbjava.Txn;

/** LMDB with its default, a sync for each commit. */
final class LmdbEngine implements Engine {
    private static final long MAP_SIZE = 4L << 30;

    private final Env<byte[]> environment;
    private final Dbi<byte[]> database;

    LmdbEngine(Path folder) {
        environment =
                Env.create(ByteArrayProxy.PROXY_BA).setMapSize(MAP_SIZE).setMaxDbs(1).open(folder.toFile());
        database = environment.openDbi("data", DbiFlags.MDB_CREATE);
    }

    @Override
    public synchronized void write(List<Entry> entries) {
        try (Txn<byte[]> transaction = environment.txnWrite()) {
            entries.forEach(entry -> database.put(transaction, entry.key(), entry.value()));
            transaction.commit();
        }
    }

    @Override
    public void scan(BiConsumer<byte[], byte[]> consumer) {
        try (Txn<byte[]> transaction = environment.txnRead();
                var entries = database.iterate(transaction)) {
            entries.forEach(entry -> consumer.accept(entry.key(), entry.val()));
        }
    }

    @Override
    public void close() {
        environment.close();
    }
}
