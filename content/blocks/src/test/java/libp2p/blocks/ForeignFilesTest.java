package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.storage.FileDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of others among those of the log: what is acknowledged beside them is there when the store is opened again. */
class ForeignFilesTest {
    private static final BlockStoreLimits SMALL = BlockStoreLimits.DEFAULT.withSegmentBytes(32 << 10);

    private final Environment environment = SystemEnvironment.shared();
    private final List<Block> blocks = new ArrayList<>();

    @TempDir
    private Path home;

    private SegmentBlockStore open() throws IOException {
        return SegmentBlockStore.open(
                environment, home.resolve("blocks"), FileDatastore.open(environment, home.resolve("index")), SMALL);
    }

    private Path file(String name) {
        return home.resolve("blocks").resolve(name);
    }

    private void put(SegmentBlockStore store, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            byte[] data = new byte[3000];
            new Random(blocks.size()).nextBytes(data);
            Block block = Block.of(Multicodec.RAW, data);
            store.put(block);
            blocks.add(block);
        }
    }

    @BeforeEach
    void store() throws IOException {
        try (SegmentBlockStore store = open()) {
            put(store, 30);
        }
    }

    private void assertHasAll() throws IOException {
        try (SegmentBlockStore store = open()) {
            for (int i = 0; i < blocks.size(); i++) {
                assertThat(store.find(blocks.get(i).cid()))
                        .as("block %s", i)
                        .isEqualTo(blocks.get(i).data());
            }
        }
    }

    @Test
    void theHighestNumberOfEightDigitsIsNoEnd() throws IOException {
        Files.createFile(file("99999999.blocks"));
        try (SegmentBlockStore store = open()) {
            put(store, 50);
            store.compact();
        }
        assertThat(file("100000001.blocks")).exists();
        assertHasAll();
        Files.delete(home.resolve("index"));
        assertHasAll();
    }

    @Test
    void behindTheLastNumberNothingIsAcknowledged() throws IOException {
        Files.createFile(file("999999999.blocks"));
        try (SegmentBlockStore store = open()) {
            assertThatThrownBy(() -> put(store, 50))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("999999999.blocks")
                    .hasMessageContaining("move it away");
            assertThat(store.find(blocks.getFirst().cid())).isNotNull();
        }
        assertHasAll();
    }

    @Test
    void aFileThatComesIntoTheWayOfARunningStoreStaysAndCostsNothing() throws IOException {
        byte[] foreign = new byte[10_000];
        new Random(1).nextBytes(foreign);
        try (SegmentBlockStore store = open()) {
            for (int number = 4; number < 8; number++) {
                Files.write(file(String.format("%08d.blocks", number)), foreign);
            }
            put(store, 60);
        }
        assertThat(Files.readAllBytes(file("00000006.blocks"))).startsWith(foreign);
        assertHasAll();
        Files.delete(home.resolve("index"));
        assertHasAll();
    }

    @Test
    void aFolderInTheWayIsToldAndWritingGoesOnWhenItIsGone() throws IOException {
        try (SegmentBlockStore store = open()) {
            Path inTheWay = Files.createDirectory(file("00000003.blocks"));
            assertThatThrownBy(() -> put(store, 60))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("00000003.blocks");
            Files.delete(inTheWay);
            put(store, 60);
        }
        assertHasAll();
    }
}
