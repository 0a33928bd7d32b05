package libp2p.benchmarks.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import org.h2.mvstore.Cursor;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.ByteArrayDataType;

/** H2's log-structured store; one commit and one sync for each write. */
final class MvStoreEngine implements Engine {
    private final MVStore store;
    private final MVMap<byte[], byte[]> map;
    private int commits;

    MvStoreEngine(Path folder) {
        store = new MVStore.Builder()
                .fileName(folder.resolve("store.mv").toString())
                .autoCommitDisabled()
                .open();
        store.setRetentionTime(0); // every commit is forced: what it freed may be used by the next
        map = store.openMap(
                "data",
                new MVMap.Builder<byte[], byte[]>()
                        .keyType(ByteArrayDataType.INSTANCE)
                        .valueType(ByteArrayDataType.INSTANCE));
    }

    @Override
    public synchronized void write(List<Entry> entries) {
        entries.forEach(entry -> map.put(entry.key(), entry.value()));
        store.commit();
        store.sync();
        if (++commits % 256 == 0) {
            store.compact(50, 4 << 20);
        }
    }

    @Override
    public void scan(BiConsumer<byte[], byte[]> consumer) {
        Cursor<byte[], byte[]> cursor = map.cursor(null);
        while (cursor.hasNext()) {
            consumer.accept(cursor.next(), cursor.getValue());
        }
    }

    @Override
    public void close() {
        store.close();
    }
}
