package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
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

/** Files of the log that were gone, or shorter, and are put back: what is in them is here again. */
class FilesComeBackTest {
    private static final BlockStoreLimits SMALL = BlockStoreLimits.DEFAULT.withSegmentBytes(32 << 10);

    private final Environment environment = SystemEnvironment.shared();
    private final List<Block> blocks = new ArrayList<>();

    @TempDir
    private Path home;

    private SegmentBlockStore open() throws IOException {
        return SegmentBlockStore.open(
                environment, home.resolve("blocks"), FileDatastore.open(environment, home.resolve("index")), SMALL);
    }

    private static Block block(int number) {
        byte[] data = new byte[3000];
        new Random(number).nextBytes(data);
        return Block.of(Multicodec.RAW, data);
    }

    private Path file(int number) {
        return home.resolve("blocks").resolve(String.format("%08d.blocks", number));
    }

    @BeforeEach
    void store() throws IOException {
        try (SegmentBlockStore store = open()) {
            for (int i = 0; i < 50; i++) {
                blocks.add(block(i));
                store.put(blocks.getLast());
            }
        }
    }

    private void assertHasAll(SegmentBlockStore store) throws IOException {
        for (Block block : blocks) {
            assertThat(store.find(block.cid())).isEqualTo(block.data());
        }
        assertThat(store.usage().blocks()).isEqualTo(blocks.size());
    }

    private void assertHasAllNowAndLater() throws IOException {
        for (int i = 0; i < 2; i++) {
            try (SegmentBlockStore store = open()) {
                assertHasAll(store);
                store.compact();
                assertHasAll(store);
            }
        }
    }

    @Test
    void aFileThatWasGoneAndIsPutBackIsReadAgain() throws IOException {
        Path away = home.resolve("away");
        Files.move(file(1), away);
        try (SegmentBlockStore store = open()) {
            assertThat(store.usage().blocks()).isLessThan(50);
            blocks.add(block(50));
            store.put(blocks.getLast());
        }
        Files.move(away, file(1));
        assertHasAllNowAndLater();
    }

    @Test
    void aFileThatWasShorterAndIsWholeAgainIsReadAgain() throws IOException {
        byte[] whole = Files.readAllBytes(file(1));
        Files.write(file(1), Arrays.copyOf(whole, 10_000));
        try (SegmentBlockStore store = open()) {
            assertThat(store.usage().blocks()).isLessThan(50);
        }
        Files.write(file(1), whole);
        assertHasAllNowAndLater();
    }

    @Test
    void aBlockThatHasANewerPlaceKeepsItWhenItsFormerFileComesBack() throws IOException {
        Path away = home.resolve("away");
        Files.move(file(1), away);
        try (SegmentBlockStore store = open()) {
            store.putAll(blocks);
            assertHasAll(store);
        }
        Files.move(away, file(1));
        assertHasAllNowAndLater();
        assertThat(file(1)).doesNotExist(); // nothing in it lives
    }

    @Test
    void theLastFileThatWasGoneAndIsPutBackIsReadAgain() throws IOException {
        int last = 0;
        while (Files.exists(file(last + 1))) {
            last++;
        }
        Path away = home.resolve("away");
        Files.move(file(last), away);
        try (SegmentBlockStore store = open()) {
            blocks.add(block(50));
            store.put(blocks.getLast());
        }
        Files.move(away, file(last));
        assertHasAllNowAndLater();
    }
}
