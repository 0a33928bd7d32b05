package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import libp2p.core.datastore.Datastore;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.ipld.BlockNotFoundException;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A block that is damaged on the disk counts as missing from the first look on, is told, and healed by the next put. */
class DamagedBlocksTest {
    private static final BlockStoreLimits LIMITS = BlockStoreLimits.DEFAULT.withSegmentBytes(64 << 10);

    private final Environment environment = SystemEnvironment.shared();
    private final List<String> told = new ArrayList<>();
    private Runnable whenTold = () -> {};
    private final Logger logger = Logger.getLogger(SegmentBlockStore.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            told.add(new SimpleFormatter().formatMessage(entry));
            whenTold.run();
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path home;

    private Path folder;

    @BeforeEach
    void listen() {
        folder = home.resolve("blocks");
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    private SegmentBlockStore open() throws IOException {
        return SegmentBlockStore.open(
                environment, folder, FileDatastore.open(environment, home.resolve("index")), LIMITS);
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

    /** Turns one bit in the middle of the data of a block that stands somewhere in the log. */
    private Path damage(Block block) throws IOException {
        byte[] middle = new byte[16];
        System.arraycopy(block.data(), 1500, middle, 0, 16);
        try (var files = Files.newDirectoryStream(folder, "*.blocks")) {
            for (Path file : files) {
                byte[] content = Files.readAllBytes(file);
                int at = indexOf(content, middle);
                if (at >= 0) {
                    content[at] ^= 1;
                    Files.write(file, content);
                    return file;
                }
            }
        }
        throw new AssertionError("the log does not have the block");
    }

    private static int indexOf(byte[] content, byte[] sought) {
        for (int i = 0; i + sought.length <= content.length; i++) {
            if (Arrays.equals(content, i, i + sought.length, sought, 0, sought.length)) {
                return i;
            }
        }
        return -1;
    }

    /** Or the index might be saved between, the process end, and nothing find the damage any more. */
    @Test
    void aBlockThatIsFoundDamagedIsToldBeforeItsPlaceIsForgotten() throws IOException {
        List<Block> blocks = blocks(5);
        try (SegmentBlockStore store = open()) {
            store.putAll(blocks);
        }
        damage(blocks.get(2));
        try (SegmentBlockStore store = open()) {
            List<Long> known = new ArrayList<>();
            whenTold = () -> known.add(store.usage().blocks());
            assertThat(store.find(blocks.get(2).cid())).isNull();
            assertThat(known).containsExactly(5L);
            assertThat(store.usage().blocks()).isEqualTo(4);
        }
    }

    /** Or it would be told by none if the process ended between: what the index knows is not read again. */
    @Test
    void whatIsFoundDamagedWhenTheLogIsReadIsToldBeforeTheIndexGoesPastIt() throws IOException {
        List<Block> blocks = blocks(15);
        try (SegmentBlockStore store = open()) {
            store.putAll(blocks);
        }
        Path file = damage(blocks.get(4));
        String said = blocks.get(4).cid().hash().toString();
        MemoryDatastore content = new MemoryDatastore();
        List<Boolean> toldAtWrites = new ArrayList<>();
        Datastore index = (Datastore) Proxy.newProxyInstance(
                Datastore.class.getClassLoader(), new Class<?>[] {Datastore.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("write")) {
                        toldAtWrites.add(
                                told.stream().anyMatch(line -> line.contains(said) && line.contains(file.toString())));
                    }
                    return method.invoke(content, arguments);
                });
        told.clear();
        SegmentBlockStore.open(environment, folder, index, LIMITS.withUnindexed(3))
                .close();
        assertThat(toldAtWrites).hasSizeGreaterThan(3).startsWith(false, true).doesNotContainSequence(true, false);
        assertThat(told).filteredOn(line -> line.contains(said)).hasSize(1);
    }

    @Test
    void aDamagedBlockCountsAsMissingFromTheFirstLookOnAndIsToldByHashFileAndOffset() throws IOException {
        List<Block> blocks = blocks(3);
        Block damaged = blocks.get(1);
        try (SegmentBlockStore store = open()) {
            store.putAll(blocks);
            Path file = damage(damaged);

            assertThatThrownBy(() -> store.get(damaged.cid())).isInstanceOf(BlockNotFoundException.class);

            assertThat(store.find(damaged.cid())).isNull();
            assertThat(store.has(damaged.cid())).isFalse();
            assertThat(store.size(damaged.cid())).isEqualTo(-1);
            assertThat(store.missing(List.of(blocks.get(0).cid(), damaged.cid())))
                    .containsExactly(damaged.cid());
            assertThat(store.usage()).isEqualTo(new BlockStore.Usage(2, 6000));
            Set<Multihash> all = new HashSet<>();
            store.forEach((hash, size) -> all.add(hash));
            assertThat(all).hasSize(2).doesNotContain(damaged.cid().hash());
            assertThat(told)
                    .singleElement()
                    .satisfies(line -> assertThat(line)
                            .contains(damaged.cid().hash().toString())
                            .contains(file.getFileName().toString())
                            .containsPattern("at [0-9]+ is damaged"));
        }
    }

    @Test
    void aDamagedBlockIsHealedByTheNextPutAndStaysHealed() throws IOException {
        List<Block> blocks = blocks(3);
        Block damaged = blocks.get(1);
        try (SegmentBlockStore store = open()) {
            store.putAll(blocks);
            damage(damaged);
            assertThat(store.find(damaged.cid())).isNull();

            store.put(damaged);

            assertThat(store.get(damaged.cid())).isEqualTo(damaged.data());
            assertThat(store.usage().blocks()).isEqualTo(3);
        }
        try (SegmentBlockStore store = open()) {
            assertThat(store.get(damaged.cid())).isEqualTo(damaged.data());
            assertThat(store.usage().blocks()).isEqualTo(3);
        }
    }

    @Test
    void aBlockThatWasFoundDamagedIsMissingAfterTheStoreIsOpenedAgain() throws IOException {
        Block damaged = block(1);
        try (SegmentBlockStore store = open()) {
            store.putAll(blocks(3));
            damage(damaged);
            assertThat(store.find(damaged.cid())).isNull();
        }
        try (SegmentBlockStore store = open()) {
            assertThat(store.has(damaged.cid())).isFalse();
        }
    }

    @Test
    void aCollectionAndACompactionGoOnBesideADamagedBlock() throws IOException {
        List<Block> blocks = blocks(60);
        Block damaged = blocks.get(1);
        try (SegmentBlockStore store = open()) {
            store.putAll(blocks);
            damage(damaged);
            assertThat(store.find(damaged.cid())).isNull();
            Pins pins = new Pins(new MemoryDatastore(), store);
            pins.add(blocks.get(0).cid(), Pins.Kind.DIRECT, store);
            assertThat(new GarbageCollector(store, pins).collect().removed()).isEqualTo(58);
            store.compact();
            assertThat(store.get(blocks.get(0).cid())).isEqualTo(blocks.get(0).data());
        }
    }

    @Test
    void blocksOfAFileThatIsGoneCountAsMissingAndAreHealed() throws IOException {
        List<Block> blocks = blocks(60);
        try (SegmentBlockStore store = open()) {
            for (Block block : blocks) {
                store.put(block);
            }
        }
        Files.delete(folder.resolve("00000000.blocks"));
        try (SegmentBlockStore store = open()) {
            assertThat(store.find(blocks.get(0).cid())).isNull();
            assertThat(store.has(blocks.get(0).cid())).isFalse();
            assertThat(store.get(blocks.get(59).cid())).isEqualTo(blocks.get(59).data());
            store.put(blocks.get(0));
            assertThat(store.get(blocks.get(0).cid())).isEqualTo(blocks.get(0).data());
        }
    }
}
