package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.storage.FileDatastore;
import libp2p.storage.MemoryDatastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full file of 618 MB and the one behind it are damaged, and the index is lost: a process with a heap of 128 MiB finds
 * all blocks but the damaged ones, tells each of those, and a collection removes nothing that is pinned. The small forms
 * are in {@link LogDamageTest}.
 */
class LargeLogDamageTest {
    private static final BlockStoreLimits LIMITS = BlockStoreLimits.DEFAULT.withSegmentBytes(618_000_000);
    private static final int BLOCK_BYTES = 256 << 10;
    private static final int BLOCKS = 2500; // 655 MB
    private static final int BATCH = 10;
    /** Blocks of which one byte of the data is changed. */
    private static final int CHANGED = 40;
    /** The block of which one byte of the head is changed. */
    private static final int BEHEADED = 1500;
    /** The first of the blocks of which some megabytes are zeros, as of a disk that has lost a piece. */
    private static final int ZEROED = 2000;

    private static final int ZEROED_BLOCKS = 20;
    /** A block of the last file. */
    private static final int LATE = 2450;

    @TempDir
    private Path home;

    private final Set<Integer> damaged = new TreeSet<>();
    private int heads;

    /** The process that finds the damage. */
    static final class Owner {
        private Owner() {}

        public static void main(String[] arguments) throws IOException {
            Path home = Path.of(arguments[0]);
            List<Integer> lost;
            try (SegmentBlockStore store = open(home)) {
                for (LogDamage damage : store.damages()) {
                    System.out.println("damage " + damage.hash() + " " + damage.place());
                }
                lost = lost(store);
                lost.forEach(number -> System.out.println("lost " + number));
                Pins pins = new Pins(new MemoryDatastore(), store);
                for (int number = 0; number < BLOCKS; number++) {
                    if (!lost.contains(number)) {
                        pins.add(block(number).cid(), Pins.Kind.DIRECT, store);
                    }
                }
                new GarbageCollector(store, pins).collect();
                store.compact();
                System.out.println("collected " + lost(store).equals(lost));
                for (int number : lost) {
                    store.put(block(number));
                }
            }
            try (SegmentBlockStore store = open(home)) {
                System.out.println("healed " + lost(store).isEmpty());
            }
        }

        private static List<Integer> lost(SegmentBlockStore store) throws IOException {
            List<Integer> lost = new ArrayList<>();
            for (int number = 0; number < BLOCKS; number++) {
                Block block = block(number);
                byte[] found = store.find(block.cid());
                if (found == null) {
                    lost.add(number);
                } else if (!Arrays.equals(found, block.data())) {
                    throw new IllegalStateException("block " + number + " is another");
                }
            }
            return lost;
        }
    }

    private static SegmentBlockStore open(Path home) throws IOException {
        SystemEnvironment environment = SystemEnvironment.shared();
        return SegmentBlockStore.open(
                environment, home.resolve("blocks"), FileDatastore.open(environment, home.resolve("index")), LIMITS);
    }

    private static Block block(int number) {
        byte[] data = new byte[BLOCK_BYTES];
        new Random(number).nextBytes(data);
        return Block.of(Multicodec.RAW, data);
    }

    private Path file(int number) {
        return home.resolve("blocks").resolve(String.format("%08d.blocks", number));
    }

    @BeforeEach
    void choose() {
        for (int i = 0; i < CHANGED; i++) {
            damaged.add(7 + 20 * i);
        }
        damaged.add(BEHEADED);
        for (int i = 0; i < ZEROED_BLOCKS; i++) {
            damaged.add(ZEROED + i);
        }
        damaged.add(LATE);
    }

    /** @param head bytes of a record before its data */
    private void damage(int head) throws IOException {
        heads = head;
        long record = head + BLOCK_BYTES;
        int first = (int) (Files.size(file(0)) / record);
        assertThat(Files.size(file(0))).isGreaterThan(617_000_000).isEqualTo(first * record);
        assertThat(first).isBetween(ZEROED + ZEROED_BLOCKS + 1, LATE);
        try (FileChannel channel = FileChannel.open(file(0), StandardOpenOption.WRITE)) {
            for (int i = 0; i < CHANGED; i++) {
                overwrite(channel, (7 + 20 * i) * record + head + 100_000, 1);
            }
            overwrite(channel, BEHEADED * record + 5, 1); // of its length
            overwrite(channel, ZEROED * record, (int) (ZEROED_BLOCKS * record));
        }
        try (FileChannel channel = FileChannel.open(file(1), StandardOpenOption.WRITE)) {
            overwrite(channel, (LATE - first) * record + head + 1, 2);
        }
        Files.deleteIfExists(home.resolve("index"));
    }

    private static void overwrite(FileChannel channel, long at, int bytes) throws IOException {
        channel.write(ByteBuffer.allocate(bytes), at);
    }

    /** The report of a process with a small heap on the store. */
    private List<String> owner() throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-XX:+ExitOnOutOfMemoryError",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        home.toString())
                .redirectError(home.resolve("log").toFile())
                .start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as("%s%n%s", printed, log()).isZero();
        return printed.lines().toList();
    }

    private String log() throws IOException {
        return Files.readString(home.resolve("log"));
    }

    private void assertOnlyTheDamagedAreLost(List<String> said) {
        assertThat(said)
                .filteredOn(line -> line.startsWith("lost "))
                .containsExactlyElementsOf(
                        damaged.stream().map(number -> "lost " + number).toList());
        assertThat(said).contains("collected true", "healed true");
    }

    private static List<String> told(List<String> said) {
        return said.stream().filter(line -> line.startsWith("damage ")).toList();
    }

    private String place(int number, int blocks) {
        long record = heads + BLOCK_BYTES;
        return " from " + number * record + " to " + (number + blocks) * record + ": ";
    }

    @Test
    @Tag("long")
    void blocksBehindDamageInAFileOf618MegabytesAreFoundAndTheDamagedAreTold() throws Exception {
        try (SegmentBlockStore store = open(home)) {
            for (int number = 0; number < BLOCKS; number += BATCH) {
                List<Block> batch = new ArrayList<>();
                for (int i = 0; i < BATCH; i++) {
                    batch.add(block(number + i));
                }
                store.putAll(batch);
            }
        }
        damage(RecordFormat.recordBytes(block(0).cid().hash(), 0));
        List<String> said = owner();
        assertOnlyTheDamagedAreLost(said);
        List<String> told = told(said);
        for (int number : damaged) {
            if (number < ZEROED || number >= ZEROED + ZEROED_BLOCKS) {
                if (number != BEHEADED) {
                    String hash = block(number).cid().hash().toString();
                    assertThat(told).as("block " + number).anyMatch(line -> line.contains(hash));
                }
            }
        }
        assertThat(told).anyMatch(line -> line.contains(place(BEHEADED, 1)));
        assertThat(told).anyMatch(line -> line.contains(place(ZEROED, ZEROED_BLOCKS)));
        assertThat(told).hasSize(CHANGED + 3);
    }

    @Test
    @Tag("long")
    void theyAreFoundByASearchWhereTheFilesHaveTheFormerFormat() throws Exception {
        Files.createDirectories(home.resolve("blocks"));
        int number = 0;
        for (int file = 0; file < 2; file++) {
            try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file(file)), 1 << 20)) {
                for (long bytes = 0; number < BLOCKS && bytes < LIMITS.segmentBytes(); number++) {
                    Block block = block(number);
                    ByteBuffer record =
                            LogDamageTest.former(RecordFormat.BLOCK, block.cid().hash(), block.data());
                    bytes += record.remaining();
                    out.write(record.array());
                }
            }
        }
        damage(LogDamageTest.former(RecordFormat.BLOCK, block(0).cid().hash(), new byte[0])
                .remaining());
        List<String> said = owner();
        assertOnlyTheDamagedAreLost(said);
        List<String> told = told(said);
        for (int lost : damaged) {
            if (lost < ZEROED || lost >= ZEROED + ZEROED_BLOCKS) {
                assertThat(told).as("block " + lost).anyMatch(line -> line.contains(place(lost, 1)) || lost == LATE);
            }
        }
        assertThat(told).hasSize(CHANGED + 3);
    }
}
