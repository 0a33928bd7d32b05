package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damage of the log costs the blocks that are damaged and no others, with an index and without. */
class LogDamageTest {
    private static final BlockStoreLimits ONE_FILE = BlockStoreLimits.DEFAULT;
    private static final BlockStoreLimits SMALL = BlockStoreLimits.DEFAULT.withSegmentBytes(32 << 10);

    private final Environment environment = SystemEnvironment.shared();

    @TempDir
    private Path home;

    private Path log() {
        return home.resolve("blocks");
    }

    private SegmentBlockStore open(BlockStoreLimits limits) throws IOException {
        return SegmentBlockStore.open(
                environment, log(), FileDatastore.open(environment, home.resolve("index")), limits);
    }

    /** As after a crash before the index was saved, or after its loss. */
    private SegmentBlockStore openWithoutIndex(BlockStoreLimits limits) throws IOException {
        return SegmentBlockStore.open(environment, log(), new MemoryDatastore(), limits);
    }

    private static Block block(int number) {
        byte[] data = new byte[3000];
        new Random(number).nextBytes(data);
        return Block.of(Multicodec.RAW, data);
    }

    private static List<Block> blocks(int count) {
        List<Block> blocks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            blocks.add(block(i));
        }
        return blocks;
    }

    private List<Block> store(int count, BlockStoreLimits limits) throws IOException {
        List<Block> blocks = blocks(count);
        try (SegmentBlockStore store = openWithoutIndex(limits)) {
            for (Block block : blocks) {
                store.put(block);
            }
        }
        return blocks;
    }

    private Path file(int number) {
        return log().resolve(String.format("%08d.blocks", number));
    }

    private static void flip(Path file, int at) throws IOException {
        byte[] content = Files.readAllBytes(file);
        content[at] ^= 1;
        Files.write(file, content);
    }

    private static int indexOf(byte[] content, byte[] sought) {
        for (int i = 0; i + sought.length <= content.length; i++) {
            if (Arrays.equals(content, i, i + sought.length, sought, 0, sought.length)) {
                return i;
            }
        }
        throw new AssertionError("not there");
    }

    private static void assertHasAllBut(SegmentBlockStore store, List<Block> blocks, int lost) throws IOException {
        for (int i = 0; i < blocks.size(); i++) {
            assertThat(store.find(blocks.get(i).cid()))
                    .as("block " + i)
                    .isEqualTo(i == lost ? null : blocks.get(i).data());
        }
    }

    @Test
    void aDamagedByteInTheDataOfABlockCostsThatBlockAlone() throws IOException {
        List<Block> blocks = store(20, ONE_FILE);
        flip(
                file(0),
                indexOf(Files.readAllBytes(file(0)), Arrays.copyOf(blocks.get(7).data(), 50)));
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertHasAllBut(store, blocks, 7);
            assertThat(store.usage().blocks()).isEqualTo(19);
            store.put(blocks.get(7));
        }
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertHasAllBut(store, blocks, -1);
        }
    }

    @Test
    void eachOfManyDamagedBlocksIsTold() throws IOException {
        List<Block> blocks = store(300, ONE_FILE);
        int record = RecordFormat.recordBytes(blocks.getFirst().cid().hash(), 3000);
        byte[] content = Files.readAllBytes(file(0));
        for (int i = 0; i < blocks.size() - 1; i++) {
            content[(i + 1) * record - 1] ^= 1;
        }
        Files.write(file(0), content);
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertThat(store.usage().blocks()).isEqualTo(1);
            assertThat(store.damages())
                    .extracting(LogDamage::hash)
                    .containsExactlyElementsOf(blocks.subList(0, 299).stream()
                            .map(block -> block.cid().hash())
                            .toList());
        }
    }

    @Test
    void everyDamagedByteOfAHeadCostsItsBlockAlone() throws IOException {
        List<Block> blocks = store(4, ONE_FILE);
        byte[] whole = Files.readAllBytes(file(0));
        int head = RecordFormat.recordBytes(blocks.getFirst().cid().hash(), 0);
        int begin = indexOf(whole, Arrays.copyOf(blocks.get(1).data(), 50)) - head;
        for (int at = begin; at < begin + head; at++) {
            Files.write(file(0), whole);
            flip(file(0), at);
            try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
                assertHasAllBut(store, blocks, 1);
            }
        }
    }

    @Test
    void damageOfAFileThatIsFullCostsItsBlockAlone() throws IOException {
        List<Block> blocks = store(40, SMALL);
        int begin = indexOf(
                Files.readAllBytes(file(1)), Arrays.copyOf(blocks.get(13).data(), 50));
        flip(file(1), begin - 40);
        try (SegmentBlockStore store = openWithoutIndex(SMALL)) {
            assertHasAllBut(store, blocks, 13);
            Pins pins = new Pins(new MemoryDatastore(), store);
            for (int i = 0; i < blocks.size(); i++) {
                if (i != 13) {
                    pins.add(blocks.get(i).cid(), Pins.Kind.DIRECT, store);
                }
            }
            new GarbageCollector(store, pins).collect();
            store.compact();
            assertHasAllBut(store, blocks, 13);
        }
    }

    static ByteBuffer former(byte type, Multihash key, byte[] data) {
        ByteBuffer out = ByteBuffer.allocate(10 + key.size() + data.length);
        out.putInt(0).putInt(data.length).put((byte) (type | 0x10)).put((byte) key.size());
        key.writeTo(out);
        out.put(data);
        CRC32 sum = new CRC32();
        sum.update(out.array(), 4, out.capacity() - 4);
        return out.putInt(0, (int) sum.getValue()).flip();
    }

    private byte[] formerLog(List<Block> blocks) throws IOException {
        ByteBuffer out = ByteBuffer.allocate(1 << 20);
        for (Block block : blocks) {
            out.put(former(RecordFormat.BLOCK, block.cid().hash(), block.data()));
        }
        Files.createDirectories(log());
        byte[] content = Arrays.copyOf(out.array(), out.position());
        Files.write(file(0), content);
        return content;
    }

    @Test
    void blocksBehindDamageAreFoundInAFileOfTheFormerFormat() throws IOException {
        List<Block> blocks = blocks(20);
        formerLog(blocks);
        flip(file(0), 7 * 3044 + 6); // the length of a record
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertHasAllBut(store, blocks, 7);
            store.put(block(100));
        }
        assertThat(file(1)).as("what is new is bound to its place").exists();
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertThat(store.get(block(100).cid())).isEqualTo(block(100).data());
        }
    }

    @Test
    void recordsThatAStrangerHasHiddenInABlockAreNotBelieved() throws IOException {
        Block victim = block(1);
        Block wanted = block(2);
        ByteBuffer hidden = ByteBuffer.allocate(20_000);
        hidden.put(former(RecordFormat.BLOCK, block(3).cid().hash(), block(3).data())); // leads the reader here
        hidden.put(former(RecordFormat.REMOVAL, victim.cid().hash(), new byte[0]));
        hidden.put(former(
                RecordFormat.BLOCK,
                wanted.cid().hash(),
                "other bytes".getBytes(java.nio.charset.StandardCharsets.US_ASCII)));
        Block hostile = Block.of(Multicodec.RAW, Arrays.copyOf(hidden.array(), hidden.position()));
        Block last = block(4);
        byte[] content = formerLog(List.of(victim, hostile, last));
        flip(file(0), 3044 + 6); // the length of the hostile record
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertThat(store.get(victim.cid())).isEqualTo(victim.data());
            assertThat(store.get(last.cid())).isEqualTo(last.data());
            assertThat(store.find(wanted.cid())).isNull();
            assertThat(store.has(wanted.cid())).isFalse();
        }
        assertThat(Files.size(file(0))).isEqualTo(content.length);
    }

    /** Bytes of a stranger that look like the heads of long records, one behind the other. */
    @Test
    void whatIsRemovedBehindADamagedHeadStaysRemoved() throws IOException {
        List<Block> blocks = blocks(4);
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            for (Block block : blocks) {
                store.put(block);
            }
            store.delete(List.of(blocks.get(3).cid().hash()));
        }
        flip(file(0), RecordFormat.recordBytes(blocks.getFirst().cid().hash(), 3000) + 8); // the type of the second
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertThat(store.find(blocks.get(1).cid())).isNull();
            assertThat(store.find(blocks.get(2).cid())).isEqualTo(blocks.get(2).data());
            assertThat(store.find(blocks.get(3).cid())).isNull();
        }
    }

    @Test
    void aFileThatCannotBeSearchedToItsEndIsNeverRemoved() throws IOException {
        ByteBuffer heads = ByteBuffer.allocate(1 << 20);
        Multihash key = block(0).cid().hash();
        while (heads.remaining() > 100) {
            heads.putInt(0)
                    .putInt(300_000)
                    .put((byte) (RecordFormat.BLOCK | 0x10))
                    .put((byte) key.size());
            key.writeTo(heads);
        }
        Block hostile = Block.of(Multicodec.RAW, heads.array());
        Block last = block(4);
        byte[] content = new byte[(2 << 20)];
        ByteBuffer out = ByteBuffer.wrap(content);
        out.put(former(RecordFormat.BLOCK, block(1).cid().hash(), block(1).data()));
        out.put(former(RecordFormat.BLOCK, hostile.cid().hash(), hostile.data()));
        out.put(former(RecordFormat.BLOCK, last.cid().hash(), last.data()));
        Files.createDirectories(log());
        Files.write(file(0), Arrays.copyOf(content, out.position()));
        flip(file(0), 3044 + 6);
        try (SegmentBlockStore store = open(ONE_FILE)) {
            store.put(block(5));
            store.delete(List.of(block(1).cid().hash()));
            store.compact();
        }
        try (SegmentBlockStore store = open(ONE_FILE)) {
            store.compact();
            assertThat(Files.size(file(0))).isEqualTo(out.position());
            assertThat(store.get(block(5).cid())).isEqualTo(block(5).data());
        }
    }

    @Test
    void aTailThatIsNoRecordIsCutOffAndKept() throws IOException {
        List<Block> blocks = store(5, ONE_FILE);
        long size = Files.size(file(0));
        byte[] garbage = new byte[1000];
        new Random(1).nextBytes(garbage);
        Files.write(file(0), garbage, StandardOpenOption.APPEND);
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertThat(Files.size(file(0))).isEqualTo(size);
            assertThat(Files.readAllBytes(log().resolve(String.format("00000000.blocks.%010d.cut", size))))
                    .isEqualTo(garbage);
            assertHasAllBut(store, blocks, -1);
        }
    }

    @Test
    void theTailsThatAreKeptAreFew() throws IOException {
        for (int i = 0; i < 12; i++) {
            try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
                store.put(block(i));
            }
            Files.write(file(0), new byte[] {1, 2, 3}, StandardOpenOption.APPEND);
        }
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE);
                var files = Files.list(log())) {
            assertThat(files.filter(file -> file.toString().endsWith(".cut"))
                            .map(Path::getFileName)
                            .sorted())
                    .hasSize(8)
                    .as("the newest")
                    .last()
                    .hasToString(String.format("00000000.blocks.%010d.cut", 12 * 3048));
            assertThat(store.usage().blocks()).isEqualTo(12);
        }
    }

    @Test
    void aRecordCountsOnlyAtItsPlaceInItsStore() throws IOException {
        List<Block> blocks = store(5, ONE_FILE);
        byte[] first = Files.readAllBytes(file(0));
        Files.write(file(1), first); // the same bytes, where another file belongs
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertHasAllBut(store, blocks, -1);
            assertThat(Files.size(file(1))).isZero();
        }
    }

    @Test
    void theKeyIsMadeAgainFromItsCopyAndWithoutBothBlocksAreBelievedByTheirHash() throws IOException {
        List<Block> blocks = store(5, ONE_FILE);
        byte[] key = Files.readAllBytes(log().resolve("key"));
        flip(log().resolve("key"), 10);
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertHasAllBut(store, blocks, -1);
        }
        assertThat(Files.readAllBytes(log().resolve("key"))).isEqualTo(key);
        Files.delete(log().resolve("key"));
        Files.delete(log().resolve("key.copy"));
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertHasAllBut(store, blocks, -1);
            store.put(block(100));
        }
        try (SegmentBlockStore store = openWithoutIndex(ONE_FILE)) {
            assertHasAllBut(store, blocks, -1);
            assertThat(store.get(block(100).cid())).isEqualTo(block(100).data());
        }
    }

    @Test
    void whatIsAddedAfterTheLastFileWasReplacedByAnOlderCopyIsKept() throws IOException {
        byte[] older;
        try (SegmentBlockStore store = open(ONE_FILE)) {
            store.put(block(0));
            older = Files.readAllBytes(file(0));
            store.putAll(blocks(10));
        }
        Files.write(file(0), older);
        Path index = home.resolve("index");
        Path saved = home.resolve("saved");
        Files.copy(index, saved);
        for (int i = 20; i < 22; i++) { // each time a crash before the index is saved
            Files.copy(saved, index, StandardCopyOption.REPLACE_EXISTING);
            try (SegmentBlockStore store = open(ONE_FILE)) {
                assertThat(store.get(block(0).cid())).isEqualTo(block(0).data());
                assertThat(store.has(block(5).cid()))
                        .as("is lost, and so it is absent")
                        .isFalse();
                store.put(block(i));
            }
        }
        Files.copy(saved, index, StandardCopyOption.REPLACE_EXISTING);
        try (SegmentBlockStore store = open(ONE_FILE)) {
            assertThat(store.get(block(20).cid())).isEqualTo(block(20).data());
            assertThat(store.get(block(21).cid())).isEqualTo(block(21).data());
            store.putAll(blocks(10));
        }
        try (SegmentBlockStore store = open(ONE_FILE)) {
            assertHasAllBut(store, blocks(10), -1);
        }
    }

    @Test
    void whatIsAddedAfterTheLastFileWasLostIsKept() throws IOException {
        try (SegmentBlockStore store = open(SMALL)) {
            for (Block block : blocks(25)) {
                store.put(block);
            }
        }
        Files.delete(file(2));
        Path saved = home.resolve("saved");
        Files.copy(home.resolve("index"), saved);
        try (SegmentBlockStore store = open(SMALL)) {
            assertThat(store.has(block(24).cid())).isFalse();
            assertThat(store.get(block(0).cid())).isEqualTo(block(0).data());
            store.put(block(30));
        }
        Files.copy(saved, home.resolve("index"), StandardCopyOption.REPLACE_EXISTING);
        try (SegmentBlockStore store = open(SMALL)) {
            assertThat(store.get(block(30).cid())).isEqualTo(block(30).data());
        }
    }

    @Test
    void aFileThatIsOlderThanItsSiblingsIsNoticedAndItsBlocksAreHealed() throws IOException {
        List<Block> blocks = blocks(25);
        byte[] older;
        try (SegmentBlockStore store = open(SMALL)) {
            store.putAll(blocks.subList(0, 3));
            older = Files.readAllBytes(file(0));
            for (Block block : blocks) {
                store.put(block);
            }
        }
        Files.write(file(0), older);
        try (SegmentBlockStore store = open(SMALL)) {
            assertThat(store.has(blocks.get(2).cid())).isTrue();
            assertThat(store.has(blocks.get(3).cid())).isFalse();
            assertThat(store.missing(blocks.stream().map(Block::cid).toList())).hasSizeBetween(6, 9);
            store.putAll(blocks);
            assertHasAllBut(store, blocks, -1);
        }
    }

    @Test
    void anOlderCopyOfTheIndexCostsNothing() throws IOException {
        Path index = home.resolve("index");
        Path saved = home.resolve("saved");
        List<Block> blocks = blocks(60);
        try (SegmentBlockStore store = open(SMALL)) {
            store.putAll(blocks.subList(0, 30));
        }
        Files.copy(index, saved);
        try (SegmentBlockStore store = open(SMALL)) {
            store.delete(blocks.subList(0, 25).stream()
                    .map(block -> block.cid().hash())
                    .toList());
            store.compact();
            store.putAll(blocks.subList(30, 60));
        }
        Files.copy(saved, index, StandardCopyOption.REPLACE_EXISTING);
        try (SegmentBlockStore store = open(SMALL)) {
            for (Block block : blocks.subList(25, 60)) {
                assertThat(store.find(block.cid())).isEqualTo(block.data());
            }
        }
    }
}
