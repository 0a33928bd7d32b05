package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.logging.SimpleFormatter;
import libp2p.core.environment.Environment;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The lost or older end of a file of the log is told, also when the index has not taken in what stood there. */
class LogEndTest {
    private static final BlockStoreLimits SMALL = BlockStoreLimits.DEFAULT.withSegmentBytes(32 << 10);
    private static final int BLOCKS = 35;

    private final Environment environment = SystemEnvironment.shared();
    private final List<Block> blocks = new ArrayList<>();

    private final List<String> told = new ArrayList<>();
    /** Bytes of the first file of the log when each was told; −1 if it was not there. */
    private final List<Long> sizes = new ArrayList<>();

    private final Logger logger = Logger.getLogger(SegmentBlockStore.class.getName());
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord entry) {
            told.add(new SimpleFormatter().formatMessage(entry));
            sizes.add(file(0).toFile().exists() ? file(0).toFile().length() : -1);
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @TempDir
    private Path home;

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
    }

    /** As after a crash before the index was saved. */
    private SegmentBlockStore openWithoutIndex() throws IOException {
        return SegmentBlockStore.open(environment, log(), new MemoryDatastore(), SMALL);
    }

    private SegmentBlockStore open() throws IOException {
        return SegmentBlockStore.open(
                environment, log(), FileDatastore.open(environment, home.resolve("index")), SMALL);
    }

    private Path log() {
        return home.resolve("blocks");
    }

    private Path file(int number) {
        return log().resolve(String.format("%08d.blocks", number));
    }

    private void store(SegmentBlockStore store, int to) throws IOException {
        while (blocks.size() < to) {
            byte[] data = new byte[3000];
            new Random(blocks.size()).nextBytes(data);
            blocks.add(Block.of(Multicodec.RAW, data));
            store.put(blocks.getLast());
        }
    }

    private void assertTold(SegmentBlockStore store, int number, long from, long to) throws IOException {
        assertThat(store.damages())
                .containsExactly(new LogDamage(
                        null, file(number) + " from " + from + " to " + to + ": the file ends before, or is gone"));
        assertThat(store.usage().blocks()).isLessThan(BLOCKS);
    }

    private static void cut(Path file, long size) throws IOException {
        Files.write(file, Arrays.copyOf(Files.readAllBytes(file), (int) size));
    }

    /** The end of the second record, so that what is left is whole. */
    private static long cutBehindARecord(Path file) throws IOException {
        long at = file.endsWith("00000000.blocks") ? 0 : RecordFormat.END_BYTES;
        long end = at + 2 * 3048;
        cut(file, end);
        return end;
    }

    @Test
    void aFileThatWasCutIsToldByTheOneBehindIt() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, BLOCKS);
        }
        for (int number = 0; number < 3; number++) {
            byte[] whole = Files.readAllBytes(file(number));
            long end = cutBehindARecord(file(number));
            try (SegmentBlockStore store = openWithoutIndex()) {
                assertTold(store, number, end, whole.length);
            }
            Files.write(file(number), whole);
        }
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertThat(store.damages()).isEmpty();
            assertThat(store.usage().blocks()).isEqualTo(BLOCKS);
        }
    }

    @Test
    void aFileThatWasReplacedByItsOlderSelfIsToldAndReadAgainWhenTheRightOneIsPutBack() throws IOException {
        byte[] older;
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 4);
            older = Files.readAllBytes(file(0));
            store(store, BLOCKS);
        }
        byte[] whole = Files.readAllBytes(file(0));
        Files.write(file(0), older);
        try (SegmentBlockStore store = open()) { // the index is empty
            assertTold(store, 0, older.length, whole.length);
        }
        Files.write(file(0), whole);
        try (SegmentBlockStore store = open()) {
            for (Block block : blocks) {
                assertThat(store.find(block.cid())).isEqualTo(block.data());
            }
        }
    }

    /** As after a crash when the next file had nothing but the record that says how the one before ended. */
    @Test
    void theEndOfAFileIsKnownAsSoonAsTheNextOneExists() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 2 * BLOCKS / 3);
        }
        long size = Files.size(file(0));
        Files.delete(file(2));
        Files.delete(log().resolve("forced"));
        cut(file(1), RecordFormat.END_BYTES);
        cut(file(0), 2 * 3048);
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertTold(store, 0, 2 * 3048, size);
        }
    }

    @Test
    void filesThatEndAsTheyShouldAreNotTold() throws IOException {
        try (SegmentBlockStore store = open()) {
            store(store, BLOCKS);
        }
        for (int i = 0; i < 3; i++) {
            try (SegmentBlockStore store = open()) {
                store.delete(blocks.subList(7 * i, 7 * i + 7).stream()
                        .map(block -> block.cid().hash())
                        .toList());
                store.compact();
                long files = Files.list(log()).count();
                store.compact();
                assertThat(Files.list(log()).count())
                        .as("an empty file is not ended")
                        .isEqualTo(files);
                assertThat(store.damages()).isEmpty();
            }
            try (SegmentBlockStore store = openWithoutIndex()) {
                assertThat(store.damages()).isEmpty();
            }
        }
    }

    @Test
    void withoutTheKeyOfTheLogTheEndsOfFilesAreStillUnderstood() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, BLOCKS);
        }
        Files.delete(log().resolve("key"));
        Files.delete(log().resolve("key.copy"));
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertThat(store.damages()).isEmpty();
            assertThat(store.usage().blocks()).isEqualTo(BLOCKS);
        }
        long whole = Files.size(file(1));
        long end = cutBehindARecord(file(1));
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertTold(store, 1, end, whole);
        }
    }

    @Test
    void theLastFileThatWasCutIsToldAndReadAgainWhenTheRightOneIsPutBack() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 5);
        }
        byte[] whole = Files.readAllBytes(file(0));
        cut(file(0), 2 * 3048);
        for (int i = 0; i < 2; i++) { // nothing was written
            try (SegmentBlockStore store = open()) {
                assertTold(store, 0, 2 * 3048, 5 * 3048);
            }
        }
        try (SegmentBlockStore store = open()) {
            store(store, 6);
        }
        assertThat(file(1)).as("the file that was cut is left alone").exists();
        Files.write(file(0), whole);
        try (SegmentBlockStore store = open()) {
            assertThat(store.damages()).isEmpty();
            for (Block block : blocks) {
                assertThat(store.find(block.cid())).isEqualTo(block.data());
            }
        }
    }

    @Test
    void aFileThatWasCutIsToldAlsoIfTheNextOneIsStillEmpty() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 5);
        }
        Files.createFile(file(1)); // as the power failed before anything of it was forced
        cut(file(0), 2 * 3048);
        for (int i = 0; i < 2; i++) {
            try (SegmentBlockStore store = openWithoutIndex()) {
                assertTold(store, 0, 2 * 3048, 5 * 3048);
            }
        }
    }

    @Test
    void theLastFileThatIsGoneIsTold() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 15);
        }
        long size = Files.size(file(1));
        Files.delete(file(1));
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertTold(store, 1, 0, size);
            store(store, 16);
        }
        assertThat(file(1)).doesNotExist();
        assertThat(file(2)).exists();
    }

    /** The index knows nothing of its blocks, and the file behind it says of its end alone that it was there. */
    @Test
    void theFirstFileThatIsGoneIsToldAlsoIfTheIndexWasNeverSaved() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 15);
        }
        Path away = home.resolve("away");
        Files.move(file(0), away);
        try (SegmentBlockStore store = open()) {
            assertThat(store.usage().blocks()).isPositive().isLessThan(15);
            assertThat(told).anySatisfy(line -> assertThat(line).startsWith(file(0) + ": not there"));
        }
        Files.move(away, file(0));
        told.clear();
        try (SegmentBlockStore store = open()) {
            assertThat(store.usage().blocks()).isEqualTo(15);
            assertThat(told).noneSatisfy(line -> assertThat(line).contains("not there"));
        }
    }

    @Test
    void theLastFileThatIsGoneIsToldAlsoIfNothingInItWasSavedAndTheMarkIsGone() throws IOException {
        try (SegmentBlockStore store = open()) {
            store(store, 12); // the second file has the last of them
            store.delete(List.of(blocks.getLast().cid().hash()));
        }
        Files.delete(file(1));
        Files.delete(log().resolve("forced"));
        try (SegmentBlockStore store = open()) {
            assertThat(store.usage().blocks()).isEqualTo(11);
            assertThat(told).anySatisfy(line -> assertThat(line).startsWith(file(1) + ": not there"));
        }
    }

    /** Or it would be told by none if the process ended between. */
    @Test
    void anEndThatIsNoRecordIsToldBeforeItIsCutOff() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 5);
        }
        byte[] content = Files.readAllBytes(file(0));
        content[content.length - 1] ^= 1;
        Files.write(file(0), content);
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertThat(store.usage().blocks()).isEqualTo(4);
        }
        assertThat(told.getFirst())
                .contains(blocks.getLast().cid().hash().toString(), "although they were on the disk");
        assertThat(sizes.getFirst()).isEqualTo(content.length);
        assertThat(file(0)).hasSize(4 * 3048);
        assertThat(told.getLast()).contains("which may be deleted");
    }

    @Test
    void damageOfTheLastRecordIsNoWriteThatWasNeverAcknowledged() throws IOException {
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 5);
        }
        byte[] content = Files.readAllBytes(file(0));
        content[content.length - 1] ^= 1;
        Files.write(file(0), content);
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertThat(store.damages())
                    .containsExactly(new LogDamage(
                            blocks.getLast().cid().hash(),
                            file(0) + " from " + 4 * 3048 + " to " + 5 * 3048 + ": no whole record"));
        }
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertThat(store.damages()).isEmpty();
        }
        Files.write(file(0), new byte[100], StandardOpenOption.APPEND); // as of a write that was not acknowledged
        try (SegmentBlockStore store = openWithoutIndex()) {
            assertThat(store.damages()).isEmpty();
        }
    }

    /** A failure of the power may leave none, or an earlier one; and files may be mixed up. */
    @Test
    void aMarkOfWhatWasForcedThatIsOlderLostDamagedOrOfAnotherStoreTellsNothing() throws IOException {
        Path mark = log().resolve("forced");
        byte[] older;
        try (SegmentBlockStore store = openWithoutIndex()) {
            store(store, 2);
            older = Files.readAllBytes(mark);
            store(store, 5);
        }
        byte[] damaged = Files.readAllBytes(mark);
        damaged[5] ^= 1;
        byte[] foreign = damaged.clone();
        Arrays.fill(foreign, 12, 20, (byte) 0xff); // of a store without a key
        for (byte[] content : List.of(older, damaged, foreign, new byte[3])) {
            Files.write(mark, content);
            try (SegmentBlockStore store = openWithoutIndex()) {
                assertThat(store.damages()).isEmpty();
                assertThat(store.usage().blocks()).isEqualTo(5);
            }
        }
    }
}
