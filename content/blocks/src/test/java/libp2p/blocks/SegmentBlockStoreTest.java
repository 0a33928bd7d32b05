package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.resource.LimitExceededException;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SegmentBlockStoreTest {
    private static final BlockStoreLimits SMALL =
            BlockStoreLimits.DEFAULT.withSegmentBytes(64 << 10).withUnindexed(20);
    private final Environment environment = SystemEnvironment.shared();

    @TempDir
    private Path folder;

    private SegmentBlockStore open(BlockStoreLimits limits) throws IOException {
        Datastore index = FileDatastore.open(environment, folder.resolve("index"));
        return SegmentBlockStore.open(environment, folder.resolve("blocks"), index, limits);
    }

    private static Block block(int number, int size) {
        byte[] data = new byte[size];
        new Random(number).nextBytes(data);
        if (size >= 4) {
            ByteBuffer.wrap(data).putInt(number);
        }
        return Block.of(Multicodec.RAW, data);
    }

    @Test
    void blocksAreThereAfterClosingAndOpening() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            blocks.add(block(i, 100 + i * 7));
        }
        try (SegmentBlockStore store = open(SMALL)) {
            for (int from = 0; from < blocks.size(); from += 10) {
                store.putAll(blocks.subList(from, from + 10));
            }
        }
        try (SegmentBlockStore store = open(SMALL)) {
            for (Block block : blocks) {
                assertThat(store.get(block.cid())).isEqualTo(block.data());
                assertThat(store.size(block.cid())).isEqualTo(block.size());
            }
            assertThat(store.usage().blocks()).isEqualTo(300);
            assertThat(store.has(block(1000, 10).cid())).isFalse();
            Set<Multihash> all = new HashSet<>();
            store.forEach((hash, size) -> all.add(hash));
            assertThat(all).hasSize(300);
        }
    }

    /** Another datastore may fail in ways of its own: writers do not wait for the end of that save for ever. */
    @Test
    void aSaveOfTheIndexThatFailsBadlyIsToldAndTheNextOneIsMade() throws IOException {
        MemoryDatastore content = new MemoryDatastore();
        AtomicInteger failures = new AtomicInteger();
        Datastore index = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().startsWith("write") && failures.getAndDecrement() > 0) {
                        throw new IllegalStateException("the index is broken");
                    }
                    try {
                        return method.invoke(content, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        Block block = block(1, 100);
        SegmentBlockStore store = SegmentBlockStore.open(environment, folder.resolve("blocks"), index, SMALL);
        store.put(block);
        failures.set(1);
        assertThatThrownBy(store::flush)
                .as("closing would wait, too")
                .isInstanceOf(IOException.class)
                .hasRootCauseMessage("the index is broken");
        store.flush();
        try (Datastore.Entries saved = content.scan(new byte[0])) {
            assertThat(saved.next()).as("what was saved").isNotNull();
        }
        assertThat(store.get(block.cid())).isEqualTo(block.data());
        store.close();
    }

    /** The file that is written to is the one that was opened first. */
    @Test
    void noMoreFilesAreOpenThanThereMayBe() throws IOException {
        Path descriptors = Path.of("/proc/self/fd");
        assumeThat(descriptors).exists();
        BlockStoreLimits limits =
                new BlockStoreLimits(SMALL.blockBytes(), Long.MAX_VALUE, 64 << 10, SMALL.unindexed(), 8);
        try (SegmentBlockStore store = open(limits)) {
            List<Block> blocks =
                    IntStream.range(0, 60).mapToObj(i -> block(i, 60_000)).toList();
            store.putAll(blocks);
            assertThat(Files.list(folder.resolve("blocks"))).hasSizeGreaterThan(25);
            for (Block block : blocks) {
                assertThat(store.get(block.cid())).isEqualTo(block.data());
            }
            try (Stream<Path> open = Files.list(descriptors)) {
                assertThat(open.filter(this::isOfLog)).hasSizeLessThanOrEqualTo(8);
            }
        }
    }

    private boolean isOfLog(Path descriptor) {
        try {
            Path file = Files.readSymbolicLink(descriptor);
            return file.startsWith(folder.resolve("blocks")) && file.toString().endsWith(".blocks");
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }

    /** Files of the versions that summed with CRC-32C: found by their places, and again by reading the log. */
    @Test
    void recordsWithTheFormerChecksumAreRead() throws IOException {
        List<Block> blocks = List.of(block(1, 100), block(2, 3000), block(3, 7));
        ByteBuffer log = ByteBuffer.allocate(4000);
        for (Block block : blocks) {
            Multihash hash = block.cid().hash();
            int start = log.position();
            log.putInt(0).putInt(block.size()).put((byte) 1).put((byte) hash.size());
            hash.writeTo(log);
            log.put(block.data());
            CRC32C sum = new CRC32C();
            sum.update(log.array(), start + 4, log.position() - start - 4);
            log.putInt(start, (int) sum.getValue());
        }
        Files.createDirectories(folder.resolve("blocks"));
        Files.write(folder.resolve("blocks").resolve("00000000.blocks"), Arrays.copyOf(log.array(), log.position()));
        try (SegmentBlockStore store = open(SMALL)) {
            store.putAll(List.of(block(4, 50)));
            for (Block block : blocks) {
                assertThat(store.get(block.cid())).isEqualTo(block.data());
            }
        }
        try (SegmentBlockStore store = open(SMALL)) {
            assertThat(store.get(block(4, 50).cid())).hasSize(50);
            assertThat(store.usage().blocks()).isEqualTo(4);
        }
    }

    @Test
    void aWriterHearsOfEveryFailureAndTheNextSucceeds() throws IOException {
        AtomicInteger broken = new AtomicInteger();
        Environment failing = new ForwardingEnvironment(environment) {
            @Override
            public <T> T offload(Callable<T> call) throws Exception {
                if (broken.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
                    throw new IllegalStateException("out of something");
                }
                return super.offload(call);
            }
        };
        Datastore index = FileDatastore.open(environment, folder.resolve("index"));
        try (SegmentBlockStore store = SegmentBlockStore.open(failing, folder.resolve("blocks"), index, SMALL)) {
            broken.set(1);
            assertThatThrownBy(() -> store.put(block(1, 100)))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("out of something");
            store.put(block(2, 100));
            assertThat(store.has(block(1, 100).cid())).isFalse();
            assertThat(store.get(block(2, 100).cid())).isEqualTo(block(2, 100).data());
        }
    }

    @Test
    void manyBlocksAreLookedUpInOneVisitToTheDisk() throws IOException {
        List<Block> stored = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            stored.add(block(i, 100));
        }
        try (SegmentBlockStore store = open(SMALL)) {
            store.putAll(stored);
        }
        AtomicInteger visits = new AtomicInteger();
        ThreadLocal<Boolean> visiting = ThreadLocal.withInitial(() -> false);
        Environment counting = new ForwardingEnvironment(environment) {
            @Override
            public <T> T offload(Callable<T> call) throws Exception {
                if (visiting.get()) {
                    return call.call(); // from inside of a visit
                }
                visits.incrementAndGet();
                return super.offload(() -> {
                    visiting.set(true);
                    try {
                        return call.call();
                    } finally {
                        visiting.set(false);
                    }
                });
            }
        };
        Datastore index = FileDatastore.open(counting, folder.resolve("index"));
        try (SegmentBlockStore store = SegmentBlockStore.open(counting, folder.resolve("blocks"), index, SMALL)) {
            List<Cid> asked = new ArrayList<>();
            List<Cid> absent = new ArrayList<>();
            for (int i = 0; i < 300; i += 3) {
                Cid cid = block(i, 100).cid();
                asked.add(cid);
                if (i >= 200) {
                    absent.add(cid);
                }
            }
            asked.add(Cid.v1(Multicodec.RAW, Multihash.identity(new byte[] {1})));
            asked.add(Block.EMPTY_RAW);
            asked.add(absent.getFirst());
            absent.add(absent.getFirst());
            visits.set(0);
            assertThat(store.missing(asked)).isEqualTo(absent);
            assertThat(visits).hasValue(1);
            visits.set(0);
            store.putAll(stored);
            assertThat(visits).as("nothing is new").hasValue(1);
            visits.set(0);
            assertThat(store.get(block(5, 100).cid())).isEqualTo(block(5, 100).data());
            assertThat(visits).as("place and data").hasValue(1);
        }
    }

    @Test
    void aStoreWhoseIndexWasNeverWrittenKnowsWithoutTheDiskWhatItLacks() throws IOException {
        AtomicInteger visits = new AtomicInteger();
        Environment counting = new ForwardingEnvironment(environment) {
            @Override
            public <T> T offload(Callable<T> call) throws Exception {
                visits.incrementAndGet();
                return super.offload(call);
            }
        };
        Datastore index = FileDatastore.open(environment, folder.resolve("index"));
        try (SegmentBlockStore store = SegmentBlockStore.open(counting, folder.resolve("blocks"), index, SMALL)) {
            store.put(block(1, 100));
            visits.set(0);
            assertThat(store.find(block(2, 100).cid())).isNull();
            assertThat(store.missing(List.of(block(1, 100).cid(), block(2, 100).cid())))
                    .containsExactly(block(2, 100).cid());
            assertThat(visits).hasValue(0);
            store.flush();
            assertThat(store.find(block(2, 100).cid())).isNull();
            assertThat(store.find(block(1, 100).cid())).isEqualTo(block(1, 100).data());
        }
    }

    @Test
    void aBlockIsFoundUnderEveryCodecAndStoredOnce() throws IOException {
        try (SegmentBlockStore store = open(SMALL)) {
            Block block = block(1, 50);
            store.putAll(List.of(block, block));
            store.put(block);
            assertThat(store.get(Cid.v1(Multicodec.DAG_CBOR, block.cid().hash())))
                    .isEqualTo(block.data());
            assertThat(store.usage()).isEqualTo(new BlockStore.Usage(1, 50));
        }
    }

    @Test
    void emptyAndIdentityBlocksAreAlwaysPresentAndNeverStored() throws IOException {
        try (SegmentBlockStore store = open(SMALL)) {
            Cid identity = Cid.v1(Multicodec.RAW, Multihash.identity(new byte[] {1, 2, 3}));
            store.put(Block.verified(identity, new byte[] {1, 2, 3}));
            store.put(Block.of(Multicodec.RAW, new byte[0]));
            assertThat(store.get(identity)).containsExactly(1, 2, 3);
            assertThat(store.get(Block.EMPTY_RAW)).isEmpty();
            assertThat(store.size(Block.EMPTY_RAW)).isZero();
            assertThat(store.usage().blocks()).isZero();
        }
    }

    @Test
    void anIndexThatIsLostIsMadeAgainFromTheLogAndATornEndIsCutOff() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (SegmentBlockStore store = open(SMALL)) {
            for (int i = 0; i < 100; i++) {
                blocks.add(block(i, 2000));
                store.put(blocks.get(i));
            }
            store.delete(List.of(blocks.get(3).cid().hash()));
        }
        Path last;
        try (var files = Files.list(folder.resolve("blocks"))) {
            last = files.filter(file -> file.toString().endsWith(".blocks"))
                    .sorted()
                    .toList()
                    .getLast();
        }
        long whole = Files.size(last);
        try (RandomAccessFile file = new RandomAccessFile(last.toFile(), "rw")) {
            file.seek(whole);
            file.write(new byte[] {1, 2, 3, 4, 0, 0, 7, (byte) 0xd0, 1, 34, 18, 32, 5, 5, 5});
        }
        try (SegmentBlockStore store =
                SegmentBlockStore.open(environment, folder.resolve("blocks"), new MemoryDatastore(), SMALL)) {
            assertThat(Files.size(last)).isEqualTo(whole);
            for (int i = 0; i < 100; i++) {
                assertThat(store.has(blocks.get(i).cid())).isEqualTo(i != 3);
            }
            store.put(block(500, 10));
            assertThat(store.usage().blocks()).isEqualTo(100);
        }
    }

    /** An index of 100,000 places takes several batches. */
    @Test
    void countsAreRightAfterASaveOfTheIndexThatEndedInTheMiddle() throws IOException {
        BlockStoreLimits limits = BlockStoreLimits.DEFAULT.withUnindexed(1 << 20);
        MemoryDatastore index = new MemoryDatastore();
        AtomicInteger batches = new AtomicInteger(Integer.MAX_VALUE);
        Datastore killed = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (method.getName().equals("write") && batches.decrementAndGet() < 0) {
                        throw new IOException("the machine stopped");
                    }
                    try {
                        return method.invoke(index, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        List<Block> first = blocks(0, 100_000);
        List<Block> second = blocks(100_000, 200_000);
        try (SegmentBlockStore store = SegmentBlockStore.open(environment, folder.resolve("blocks"), killed, limits)) {
            store.putAll(first);
        }
        SegmentBlockStore store = SegmentBlockStore.open(environment, folder.resolve("blocks"), killed, limits);
        store.putAll(second);
        store.delete(first.subList(0, 10_000).stream()
                .map(block -> block.cid().hash())
                .toList());
        batches.set(2);
        assertThatThrownBy(store::close).hasStackTraceContaining("the machine stopped");
        batches.set(Integer.MAX_VALUE);
        try (SegmentBlockStore again = SegmentBlockStore.open(environment, folder.resolve("blocks"), killed, limits)) {
            assertThat(again.usage()).isEqualTo(new BlockStore.Usage(190_000, 190_000 * 4));
            assertThat(again.has(first.get(0).cid())).isFalse();
            assertThat(again.has(first.get(10_000).cid())).isTrue();
            assertThat(again.has(second.get(99_999).cid())).isTrue();
        }
    }

    private static List<Block> blocks(int from, int to) {
        return IntStream.range(from, to).mapToObj(i -> block(i, 4)).toList();
    }

    @Test
    void aCollectionOfManyBlocksLeavesFilesThatCompactionRemovesUnread() throws IOException {
        BlockStoreLimits limits = BlockStoreLimits.DEFAULT.withSegmentBytes(64 << 10);
        Block kept = block(-1, 4);
        try (SegmentBlockStore store = open(limits)) {
            store.putAll(blocks(0, 10_000));
            store.put(kept);
            store.putAll(blocks(10_000, 40_000));
            Pins pins = new Pins(new MemoryDatastore(), store);
            pins.add(kept.cid(), Pins.Kind.DIRECT, store);
            assertThat(new GarbageCollector(store, pins).collect())
                    .isEqualTo(new GarbageCollector.Result(40_000, 160_000, 1, List.of()));
            Path damaged = folder.resolve("blocks/00000000.blocks");
            Files.write(damaged, new byte[(int) Files.size(damaged)]); // it is not needed
            store.compact();
            assertThat(damaged).doesNotExist();
            assertThat(store.get(kept.cid())).isEqualTo(kept.data());
            assertThat(size()).isLessThan(3 << 20);
        }
        try (SegmentBlockStore store = open(limits)) {
            assertThat(store.usage()).isEqualTo(new BlockStore.Usage(1, 4));
            assertThat(store.get(kept.cid())).isEqualTo(kept.data());
        }
    }

    @Test
    void compactionMovesWhatCanBeReadOutOfADamagedFile() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (SegmentBlockStore store = open(SMALL)) {
            for (int i = 0; i < 60; i++) {
                blocks.add(block(i, 3000));
                store.put(blocks.get(i));
            }
            Path first = folder.resolve("blocks/00000000.blocks");
            byte[] content = Files.readAllBytes(first);
            content[4 * 3000] ^= 1;
            Files.write(first, content);
            store.delete(blocks.subList(5, 20).stream()
                    .map(block -> block.cid().hash())
                    .toList());
            store.compact();
            assertThat(first).doesNotExist();
            assertThat(store.get(blocks.get(0).cid())).isEqualTo(blocks.get(0).data());
            assertThatThrownBy(() -> store.get(blocks.get(3).cid())).isInstanceOf(BlockNotFoundException.class);
            assertThat(store.get(blocks.get(4).cid())).isEqualTo(blocks.get(4).data());
        }
    }

    @Test
    void theActiveFileIsCutBehindItsLastLivingBlockWhateverStandsBefore() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (SegmentBlockStore store = open(BlockStoreLimits.DEFAULT)) {
            for (int i = 0; i < 60; i++) {
                blocks.add(block(i, 3000));
                store.put(blocks.get(i));
            }
            Path only = folder.resolve("blocks/00000000.blocks");
            byte[] content = Files.readAllBytes(only);
            content[4 * 3000] ^= 1;
            Files.write(only, content);
            store.delete(blocks.subList(10, 60).stream()
                    .map(block -> block.cid().hash())
                    .toList());
            assertThat(store.compact()).isGreaterThan(50 * 3000);
            assertThat(store.get(blocks.get(9).cid())).isEqualTo(blocks.get(9).data());
        }
    }

    @Test
    void damageOfTheDiskIsToldAndNeverGivenOut() throws IOException {
        Block block = block(7, 5000);
        try (SegmentBlockStore store = open(SMALL)) {
            store.put(block);
            try (RandomAccessFile file = new RandomAccessFile(
                    folder.resolve("blocks/00000000.blocks").toFile(), "rw")) {
                file.seek(3000);
                int old = file.read();
                file.seek(3000);
                file.write(old ^ 1);
            }
            assertThat(store.has(block.cid())).isTrue(); // it was not read yet
            assertThat(store.find(block.cid())).isNull();
        }
    }

    @Test
    void compactionMovesWhatLivesAndGivesTheRestBack() throws IOException {
        List<Block> blocks = new ArrayList<>();
        try (SegmentBlockStore store = open(SMALL)) {
            for (int i = 0; i < 200; i++) {
                blocks.add(block(i, 3000));
                store.put(blocks.get(i));
            }
            List<Multihash> dead = new ArrayList<>();
            for (int i = 0; i < 200; i++) {
                if (i % 5 != 0) {
                    dead.add(blocks.get(i).cid().hash());
                }
            }
            store.delete(dead);
            long before = size();
            assertThat(store.compact()).isGreaterThan(300_000);
            assertThat(size()).isLessThan(before - 300_000);
            check(store, blocks);
        }
        try (SegmentBlockStore store = open(SMALL)) {
            check(store, blocks);
        }
    }

    /** There is one file, so that nothing can be moved out of it, as on a disk that an import has filled. */
    @Test
    void compactionCutsDeadRecordsOffTheEndOfTheActiveFile() throws IOException {
        Block kept = block(1, 3000);
        List<Multihash> dead = new ArrayList<>();
        byte[] whole;
        try (SegmentBlockStore store = open(BlockStoreLimits.DEFAULT)) {
            store.put(kept);
            for (int i = 2; i < 100; i++) {
                Block block = block(i, 3000);
                store.put(block);
                dead.add(block.cid().hash());
            }
            store.delete(dead);
            whole = Files.readAllBytes(folder.resolve("blocks/00000000.blocks"));
            assertThat(store.compact()).isGreaterThan(98 * 3000);
            assertThat(size()).isBetween(3000L, 3100L);
            assertThat(store.get(kept.cid())).isEqualTo(kept.data());
            assertThat(store.compact()).isZero();
        }
        // the cut had not reached the disk when the machine stopped
        Files.write(folder.resolve("blocks/00000000.blocks"), whole);
        try (SegmentBlockStore store = open(BlockStoreLimits.DEFAULT)) {
            assertThat(store.usage().blocks()).isEqualTo(1);
            assertThat(store.get(kept.cid())).isEqualTo(kept.data());
            store.compact();
            store.put(block(200, 3000));
        }
        try (SegmentBlockStore store = open(BlockStoreLimits.DEFAULT)) {
            assertThat(store.usage().blocks()).isEqualTo(2);
            assertThat(store.get(kept.cid())).isEqualTo(kept.data());
            assertThat(store.get(block(200, 3000).cid()))
                    .isEqualTo(block(200, 3000).data());
            assertThat(size()).isBetween(6000L, 6200L);
        }
    }

    private static void check(SegmentBlockStore store, List<Block> blocks) throws IOException {
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(store.find(blocks.get(i).cid()))
                    .isEqualTo(i % 5 == 0 ? blocks.get(i).data() : null);
        }
        assertThat(store.usage().blocks()).isEqualTo(40);
    }

    private long size() throws IOException {
        long size = 0;
        try (var files = Files.list(folder.resolve("blocks"))) {
            for (Path file : files.toList()) {
                size += file.toString().endsWith(".blocks") ? Files.size(file) : 0;
            }
        }
        return size;
    }

    @Test
    void theQuotaRefusesWithoutStoringAndLargeBlocksAreRefused() throws IOException {
        try (SegmentBlockStore store = open(SMALL.withStoreBytes(10_000))) {
            store.put(block(1, 6000));
            assertThatThrownBy(() -> store.put(block(2, 6000))).hasRootCauseInstanceOf(LimitExceededException.class);
            assertThat(store.has(block(2, 6000).cid())).isFalse();
            store.put(block(3, 3000));
            assertThatThrownBy(() -> store.put(block(4, 9 << 20))).isInstanceOf(LimitExceededException.class);
        }
    }

    @Test
    void aStoreIsForOneProcessAtATime() throws IOException {
        try (SegmentBlockStore store = open(SMALL)) {
            assertThatThrownBy(() ->
                            SegmentBlockStore.open(environment, folder.resolve("blocks"), new MemoryDatastore(), SMALL))
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("another process");
            assertThat(store.usage().blocks()).isZero();
        }
    }

    @Test
    void collectionKeepsWhatPinsAndWritersKeep() throws IOException {
        try (SegmentBlockStore store = open(SMALL)) {
            Pins pins = new Pins(new MemoryDatastore(), store);
            Block pinned = block(1, 100);
            Block loose = block(2, 100);
            Block written = block(3, 100);
            Block wantedAgain = block(4, 100);
            store.putAll(List.of(pinned, loose, wantedAgain));
            pins.add(pinned.cid(), Pins.Kind.RECURSIVE, store);
            try (BlockWriter writer = new BlockWriter(environment, store)) {
                writer.put(written);
                writer.put(wantedAgain);
                writer.flush();
                GarbageCollector.Result result = new GarbageCollector(store, pins).collect();
                assertThat(result.removed()).isGreaterThanOrEqualTo(1);
                assertThat(store.has(loose.cid())).isFalse();
                assertThat(store.has(written.cid())).isTrue();
                assertThat(store.has(wantedAgain.cid())).isTrue();
            }
            new GarbageCollector(store, pins).collect();
            assertThat(store.has(written.cid())).isFalse();
            assertThat(store.has(pinned.cid())).isTrue();
            assertThat(pins.list())
                    .extracting(Pins.Pin::cid, Pins.Pin::kind)
                    .containsExactly(tuple(pinned.cid(), Pins.Kind.RECURSIVE));
        }
    }

    /** The log goes on before the point at which the lease was taken. */
    @Test
    void collectionKeepsWhatAWriterWritesBehindACutOfTheLog() throws IOException {
        try (SegmentBlockStore store = open(BlockStoreLimits.DEFAULT)) {
            Pins pins = new Pins(new MemoryDatastore(), store);
            List<Block> dead = List.of(block(1, 10_000), block(2, 10_000), block(3, 10_000));
            store.putAll(dead);
            try (BlockStore.Lease lease = store.lease()) {
                assertThat(new GarbageCollector(store, pins).collect().removed())
                        .isEqualTo(3);
                assertThat(store.compact()).isGreaterThan(30_000);
                Block written = block(4, 100);
                store.put(written);
                new GarbageCollector(store, pins).collect();
                assertThat(store.has(written.cid())).isTrue();
            }
            new GarbageCollector(store, pins).collect();
            assertThat(store.usage().blocks()).isZero();
        }
    }

    @Test
    void aStoreOpensAlthoughTheDiskTakesNothingOfItsIndex() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            blocks.add(block(i, 1000));
        }
        try (SegmentBlockStore store = open(SMALL)) {
            store.putAll(blocks);
        }
        MemoryDatastore index = new MemoryDatastore();
        boolean[] full = {true};
        Datastore onFullDisk = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("close")) {
                        return null;
                    }
                    if (method.getName().equals("write") && full[0]) {
                        throw new IOException("no space left");
                    }
                    try {
                        return method.invoke(index, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        Path log = folder.resolve("blocks");
        try (SegmentBlockStore store = SegmentBlockStore.open(environment, log, onFullDisk, SMALL)) {
            assertThat(store.usage()).isEqualTo(new BlockStore.Usage(200, 200_000));
            assertThat(store.get(blocks.get(150).cid()))
                    .isEqualTo(blocks.get(150).data());
            assertThatThrownBy(store::flush).hasStackTraceContaining("no space left");
            full[0] = false;
            store.put(block(300, 1000));
        }
        try (SegmentBlockStore store = SegmentBlockStore.open(environment, log, index, SMALL)) {
            assertThat(store.usage()).isEqualTo(new BlockStore.Usage(201, 201_000));
            assertThat(store.get(blocks.get(150).cid()))
                    .isEqualTo(blocks.get(150).data());
        }
    }

    /** An index as it was before places stood in buckets. */
    @Test
    void anIndexOfAFormerFormIsMadeAgainFromTheLog() throws IOException {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            blocks.add(block(i, 1000));
        }
        try (SegmentBlockStore store = open(SMALL)) {
            store.putAll(blocks);
        }
        MemoryDatastore former = new MemoryDatastore();
        former.put(new byte[] {'c'}, new byte[] {0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 1});
        former.put(new byte[] {'b', 18, 32, 1}, new byte[16]);
        former.put(new byte[] {'s', 0, 0, 0, 7}, new byte[24]);
        try (SegmentBlockStore store = SegmentBlockStore.open(environment, folder.resolve("blocks"), former, SMALL)) {
            assertThat(store.usage()).isEqualTo(new BlockStore.Usage(50, 50_000));
            for (Block block : blocks) {
                assertThat(store.get(block.cid())).isEqualTo(block.data());
            }
            assertThat(former.get(new byte[] {'b', 18, 32, 1})).isNull();
            assertThat(former.get(new byte[] {'s', 0, 0, 0, 7})).isNull();
        }
    }

    @Test
    void whatItHasBegunToWriteIsThereOnceItWasAwaited() throws IOException {
        Block first = block(1, 100);
        Block second = block(2, 100);
        try (SegmentBlockStore store = open(SMALL)) {
            BlockStore.Writing one = store.begin(List.of(first));
            BlockStore.Writing other = store.begin(List.of(second));

            other.await();
            one.await();

            assertThat(store.get(first.cid())).isEqualTo(first.data());
            assertThat(store.get(second.cid())).isEqualTo(second.data());
            store.begin(List.of(first)).await(); // nothing to do
            assertThat(store.usage().blocks()).isEqualTo(2);
        }
        try (SegmentBlockStore again = open(SMALL)) {
            assertThat(again.get(first.cid())).isEqualTo(first.data());
        }
    }

    /** Counts what is done on the disk, and how often forces are begun; the next visit may fail. */
    private static final class WatchedDisk extends ForwardingEnvironment {
        private final AtomicInteger visits = new AtomicInteger();
        private final AtomicInteger forces = new AtomicInteger();
        private final AtomicBoolean fails = new AtomicBoolean();

        WatchedDisk(Environment environment) {
            super(environment);
        }

        @Override
        public Thread start(String name, Runnable task) {
            forces.addAndGet(name.equals("blocks force") ? 1 : 0);
            return super.start(name, task);
        }

        @Override
        public <T> T offload(Callable<T> call) throws Exception {
            visits.incrementAndGet();
            if (fails.getAndSet(false)) {
                throw new IllegalStateException("out of something");
            }
            return super.offload(call);
        }
    }

    private SegmentBlockStore open(Environment disk, BlockStoreLimits limits) throws IOException {
        return SegmentBlockStore.open(
                disk,
                folder.resolve("blocks"),
                FileDatastore.open(environment, folder.resolve("index")),
                limits);
    }

    @Test
    void whatStandsInTheFileIsReadBeforeItIsDurableAndNotReliedUpon() throws IOException {
        Block block = block(1, 100);
        try (SegmentBlockStore store = open(SMALL)) {
            BlockStore.Writing writing = store.begin(List.of(block));

            assertThat(store.find(block.cid())).isEqualTo(block.data());
            assertThat(store.has(block.cid())).isFalse();
            assertThat(store.missing(List.of(block.cid()))).containsExactly(block.cid());
            writing.await();
            assertThat(store.has(block.cid())).isTrue();
            assertThat(store.get(block.cid())).isEqualTo(block.data());
        }
    }

    @Test
    void whatTheDiskLostIsFoundNoMore() throws IOException {
        Block block = block(1, 100);
        WatchedDisk disk = new WatchedDisk(environment);
        try (SegmentBlockStore store = open(disk, SMALL)) {
            BlockStore.Writing writing = store.begin(List.of(block));
            disk.fails.set(true);
            assertThatThrownBy(writing::await).hasMessageContaining("out of something");
            assertThat(store.find(block.cid())).isNull();
        }
    }

    @Test
    void blocksThatAreAwaitedLaterShareOneForce() throws IOException {
        WatchedDisk disk = new WatchedDisk(environment);
        try (SegmentBlockStore store = open(disk, SMALL)) {
            int before = disk.visits.get();
            List<BlockStore.Writing> begun = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                begun.add(store.begin(List.of(block(i, 100))));
            }
            assertThat(disk.forces).hasValue(0);
            begun.getLast().await();
            assertThat(disk.visits).hasValue(before + 20 + 1);
            assertThat(store.usage().blocks()).isEqualTo(20);
            for (BlockStore.Writing writing : begun) {
                writing.await();
            }
            assertThat(disk.visits).hasValue(before + 20 + 1);
        }
    }

    /** The first caller may fail, or not wait for long: the other must not rely on it. */
    @Test
    void aBlockThatAnotherCallerHasBegunIsForcedBeforeAPutOfItReturns() throws IOException {
        Block block = block(1, 100);
        WatchedDisk disk = new WatchedDisk(environment);
        try (SegmentBlockStore store = open(disk, SMALL)) {
            BlockStore.Writing writing = store.begin(List.of(block));
            store.put(block);
            assertThat(disk.forces).hasValue(1);
            assertThat(store.has(block.cid())).isTrue();
            writing.await();
            assertThat(disk.forces).hasValue(1);
        }
    }

    @Test
    void manyBytesAreForcedThoughNoCallerWaits() throws IOException {
        WatchedDisk disk = new WatchedDisk(environment);
        List<BlockStore.Writing> begun = new ArrayList<>();
        try (SegmentBlockStore store = open(disk, BlockStoreLimits.DEFAULT)) {
            for (int i = 0; i < 15; i++) {
                begun.add(store.begin(List.of(block(i, 1 << 20))));
            }
            assertThat(disk.forces).hasValue(0);
            begun.add(store.begin(List.of(block(15, 1 << 20))));
            assertThat(disk.forces).hasValue(1);
        }
    }

    @Test
    void aStoreThatIsClosedForcesWhatWasBegun() throws IOException {
        Block block = block(1, 100);
        WatchedDisk disk = new WatchedDisk(environment);
        SegmentBlockStore store = open(disk, SMALL);
        BlockStore.Writing writing = store.begin(List.of(block));
        store.close();
        assertThat(disk.forces).hasValue(1);
        writing.await();
        try (SegmentBlockStore again = open(SMALL)) {
            assertThat(again.get(block.cid())).isEqualTo(block.data());
        }
    }

    @Test
    void aWorkForgetsTheDataThatStandsInTheFile() {
        Block block = block(1, 100);
        StoreWork work = new StoreWork(
                List.of(new SegmentFiles.Entry(SegmentFiles.BLOCK, block.cid().hash(), block.data())),
                null,
                failure -> {});
        assertThat(work.isAppended()).isFalse();

        work.appended();

        assertThat(work.isAppended()).isTrue();
        assertThat(work.isDone()).isFalse();
        assertThat(work.bytes).isEqualTo(100);
        assertThat(work.entries()).singleElement().satisfies(entry -> {
            assertThat(entry.hash()).isEqualTo(block.cid().hash());
            assertThat(entry.data()).isEmpty();
        });
    }
}
