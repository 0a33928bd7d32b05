package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the log tells when it is read again is what the store knew when it was written, in whatever order it was. */
class LogOrderTest {
    private static final BlockStoreLimits SMALL =
            BlockStoreLimits.DEFAULT.withSegmentBytes(64 << 10).withUnindexed(500);

    private final Environment environment = SystemEnvironment.shared();

    @TempDir
    private Path folder;

    private SegmentBlockStore open(Path log, Datastore index) throws IOException {
        return SegmentBlockStore.open(environment, log, index, SMALL);
    }

    private static List<Block> blocks(int count) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            byte[] data = new byte[100];
            new Random(i).nextBytes(data);
            blocks.add(Block.of(Multicodec.RAW, ByteBuffer.wrap(data).putInt(i).array()));
        }
        return blocks;
    }

    private static List<Multihash> hashes(List<Block> blocks) {
        return blocks.stream().map(block -> block.cid().hash()).toList();
    }

    private static Set<Multihash> content(SegmentBlockStore store) throws IOException {
        Set<Multihash> all = new HashSet<>();
        store.forEach((hash, size) -> all.add(hash));
        return all;
    }

    /** A datastore that can be copied between two of its writes. */
    private static final class Index {
        private final ReentrantLock lock = new ReentrantLock();
        private final MemoryDatastore content = new MemoryDatastore();

        Datastore datastore() {
            return (Datastore) Proxy.newProxyInstance(
                    Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                        lock.lock();
                        try {
                            return method.invoke(content, arguments);
                        } finally {
                            lock.unlock();
                        }
                    });
        }

        MemoryDatastore copy() throws IOException {
            MemoryDatastore copy = new MemoryDatastore();
            lock.lock();
            try (Datastore.Entries entries = content.scan(new byte[0])) {
                for (Datastore.Entry entry = entries.next(); entry != null; entry = entries.next()) {
                    copy.put(entry.key(), entry.value());
                }
            } finally {
                lock.unlock();
            }
            return copy;
        }
    }

    /** The store as it is after the end of the process, with an index as it was then. */
    private Set<Multihash> readAgain(String name, Datastore index) throws IOException {
        Path copy = Files.createDirectories(folder.resolve(name));
        try (var files = Files.list(folder.resolve("blocks"))) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        try (SegmentBlockStore again = open(copy, index)) {
            return content(again);
        }
    }

    @Test
    void aRemovalTakesAwayOnlyThePlaceThatItNames() throws IOException {
        Block block = blocks(1).getFirst();
        SegmentFiles.Entry put =
                new SegmentFiles.Entry(SegmentFiles.BLOCK, block.cid().hash(), block.data());
        try (SegmentFiles files = SegmentFiles.open(environment, folder.resolve("blocks"), SMALL)) {
            List<Location> locations = files.append(List.of(put, put));
            files.append(List.of(new SegmentFiles.Entry(
                    SegmentFiles.REMOVAL, put.hash(), locations.getFirst().removal())));
            files.force();
            assertThat(readAgain("first", new MemoryDatastore())).containsExactly(put.hash());

            files.append(List.of(new SegmentFiles.Entry(
                    SegmentFiles.REMOVAL, put.hash(), locations.getLast().removal())));
            files.force();
            assertThat(readAgain("last", new MemoryDatastore())).isEmpty();
        }
    }

    @Test
    void aRemovalOfTheFormerFormTakesAwayWhatStandsBeforeIt() throws IOException {
        Block block = blocks(1).getFirst();
        SegmentFiles.Entry put =
                new SegmentFiles.Entry(SegmentFiles.BLOCK, block.cid().hash(), block.data());
        try (SegmentFiles files = SegmentFiles.open(environment, folder.resolve("blocks"), SMALL)) {
            files.append(List.of(put, new SegmentFiles.Entry(SegmentFiles.REMOVAL, put.hash(), new byte[0])));
            files.force();
            assertThat(readAgain("removed", new MemoryDatastore())).isEmpty();

            files.append(List.of(put));
            files.force();
            assertThat(readAgain("put again", new MemoryDatastore())).containsExactly(put.hash());
        }
    }

    @Test
    void aDeletionBesideAPutOfTheSameBlocksIsReadAgainAsItEnded() throws Exception {
        race(3, 300);
    }

    @Test
    @Tag("long")
    void aDeletionBesideAPutOfTheSameBlocksIsReadAgainAsItEndedInBatchesOfAThousand() throws Exception {
        race(60, 1000);
    }

    private void race(int rounds, int batch) throws Exception {
        List<Block> blocks = blocks(batch);
        List<Block> kept = blocks(4 * batch).subList(batch, 4 * batch);
        Index index = new Index();
        try (SegmentBlockStore store = open(folder.resolve("blocks"), index.datastore());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            store.putAll(kept);
            for (int round = 0; round < rounds; round++) {
                store.putAll(blocks);
                run(
                        threads,
                        List.of(
                                () -> store.delete(hashes(blocks)),
                                () -> store.putAll(blocks),
                                () -> store.putAll(blocks),
                                store::compact));
                assertThat(content(store)).containsAll(hashes(kept));
                assertThat(store.usage().blocks()).isEqualTo(content(store).size());
                Set<Multihash> again = readAgain("round " + round, index.copy());
                Set<Multihash> now = content(store);
                assertThat(again.containsAll(now))
                        .as("all that was acknowledged is there")
                        .isTrue();
                assertThat(now.containsAll(again))
                        .as("nothing that was removed is back")
                        .isTrue();
                store.delete(hashes(blocks.subList(0, batch / 2)));
                run(threads, List.of(store::compact, () -> store.delete(hashes(blocks)), store::flush));
                assertThat(content(store)).containsExactlyInAnyOrderElementsOf(hashes(kept));
                assertThat(store.usage().blocks()).isEqualTo(kept.size());
            }
        }
    }

    /** Something that a thread does. */
    @FunctionalInterface
    private interface Work {
        void run() throws IOException;
    }

    private static void run(ExecutorService threads, List<Work> works) throws Exception {
        List<Future<?>> all = new ArrayList<>();
        for (Work work : works) {
            all.add(threads.submit((Callable<Object>) () -> {
                work.run();
                return "done";
            }));
        }
        for (Future<?> one : all) {
            one.get();
        }
    }
}
