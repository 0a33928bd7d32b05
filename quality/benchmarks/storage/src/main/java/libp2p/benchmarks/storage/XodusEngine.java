package libp2p.benchmarks.storage;

import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import jetbrains.exodus.ArrayByteIterable;
import jetbrains.exodus.ByteIterable;
import jetbrains.exodus.env.Cursor;
import jetbrains.exodus.env.Environment;
import jetbrains.exodus.env.EnvironmentConfig;
import jetbrains.exodus.env.Environments;
import jetbrains.exodus.env.Store;
import jetbrains.exodus.env.StoreConfig;

/** Xodus with durable writes. */
final class XodusEngine implements Engine {
    private final Environment environment;
    private final Store store;

    XodusEngine(Path folder) {
        environment = Environments.newInstance(
                folder.toFile(), new EnvironmentConfig().setLogDurableWrite(true).setManagementEnabled(false));
        store = environment.computeInTransaction(
                transaction -> environment.openStore("data", StoreConfig.WITHOUT_DUPLICATES, transaction));
    }

    @Override
    public void write(List<Entry> entries) {
        environment.executeInTransaction(transaction -> entries.forEach(entry -> store.put(
                transaction, new ArrayByteIterable(entry.key()), new ArrayByteIterable(entry.value()))));
    }

    @Override
    public void scan(BiConsumer<byte[], byte[]> consumer) {
        environment.executeInReadonlyTransaction(transaction -> {
            try (Cursor cursor = store.openCursor(transaction)) {
                while (cursor.getNext()) {
                    consumer.accept(bytes(cursor.getKey()), bytes(cursor.getValue()));
                }
            }
        });
    }

    private static byte[] bytes(ByteIterable iterable) {
        return java.util.Arrays.copyOf(iterable.getBytesUnsafe(), iterable.getLength());
    }

    @Override
    public void close() {
        environment.close();
    }
}
