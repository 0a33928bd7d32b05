package libp2p.blocks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import java.util.stream.Stream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.ipld.Block;
import libp2p.multiformats.Multicodec;
import libp2p.multiformats.Multihash;
import libp2p.storage.FileDatastore;
import libp2p.system.SystemEnvironment;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Compaction gives back what dead blocks take, also of a store that is smaller than one file, and on a full disk. */
class CompactionTest {
    private static final BlockStoreLimits SMALL = BlockStoreLimits.DEFAULT.withSegmentBytes(64 << 10);

    private static final int MOST_PUTS = 40;

    @TempDir
    private Path home;

    private static SegmentBlockStore open(Path home, BlockStoreLimits limits, @Nullable Boolean isShort)
            throws IOException {
        return SegmentBlockStore.open(
                SystemEnvironment.shared(),
                home.resolve("blocks"),
                FileDatastore.open(SystemEnvironment.shared(), home.resolve("index")),
                limits,
                isShort == null ? null : () -> isShort);
    }

    private static Block block(int number, int size) {
        byte[] data = new byte[size];
        new Random(number).nextBytes(data);
        return Block.of(Multicodec.RAW, data);
    }

    private static void put(SegmentBlockStore store, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            store.put(block(i, 3000));
        }
    }

    private static void deleteAllBut(SegmentBlockStore store, int count, IntPredicate kept) throws IOException {
        List<Multihash> dead = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            if (!kept.test(i)) {
                dead.add(block(i, 3000).cid().hash());
            }
        }
        store.delete(dead);
    }

    private void assertHas(int count, IntPredicate kept) throws IOException {
        try (SegmentBlockStore store = open(home, SMALL, false)) {
            for (int i = 0; i < count; i++) {
                Block block = block(i, 3000);
                assertThat(store.find(block.cid())).as("block " + i).isEqualTo(kept.test(i) ? block.data() : null);
            }
        }
    }

    private long bytes() throws IOException {
        long bytes = 0;
        try (var files = Files.newDirectoryStream(home.resolve("blocks"), "*.blocks")) {
            for (Path file : files) {
                bytes += Files.size(file);
            }
        }
        return bytes;
    }

    /** Found by the histories: a collection that had begun before took them for new, and counted them as removed. */
    /** Whenever the log is forced, another block is put meanwhile, until the log goes on in another file. */
    private final class NeverPausing extends ForwardingEnvironment {
        private final Map<Thread, CountDownLatch> writers = new ConcurrentHashMap<>();
        private final AtomicInteger puts = new AtomicInteger();
        private volatile @Nullable SegmentBlockStore store;
        private volatile int files;

        NeverPausing() {
            super(SystemEnvironment.shared());
        }

        void begin(SegmentBlockStore written) throws IOException {
            files = files();
            store = written;
        }

        private int files() throws IOException {
            try (Stream<Path> all = Files.list(home.resolve("blocks"))) {
                return (int)
                        all.filter(file -> file.toString().endsWith(".blocks")).count();
            }
        }

        @Override
        public <T> T offload(Callable<T> call) throws Exception {
            SegmentBlockStore written = store;
            if (written != null
                    && Thread.currentThread().getName().equals("blocks force")
                    && files() == files
                    && puts.get() < MOST_PUTS) {
                int number = 1_000 + puts.incrementAndGet();
                CountDownLatch waits = new CountDownLatch(1);
                Thread writer = Thread.ofVirtual().unstarted(() -> {
                    try {
                        written.put(block(number, 100));
                    } catch (IOException failure) {
                        throw new UncheckedIOException(failure);
                    }
                });
                writers.put(writer, waits);
                writer.start();
                waits.await();
            }
            return super.offload(call);
        }

        @Override
        public void park(Object blocker, Deadline deadline) {
            CountDownLatch waits = writers.get(Thread.currentThread());
            if (waits != null) {
                waits.countDown();
            }
            super.park(blocker, deadline);
        }
    }

    @Test
    void goesOnWhileWritersNeverPause() throws Exception {
        NeverPausing environment = new NeverPausing();
        try (SegmentBlockStore store = SegmentBlockStore.open(
                environment,
                home.resolve("blocks"),
                FileDatastore.open(SystemEnvironment.shared(), home.resolve("index")),
                SMALL,
                () -> false)) {
            put(store, 100);
            deleteAllBut(store, 100, i -> i % 10 == 0);
            environment.begin(store);
            store.put(block(1_000, 100));
            assertThat(store.compact()).isGreaterThan(100_000);
            for (Thread writer : environment.writers.keySet()) {
                writer.join();
            }
        }
        assertThat(environment.puts).hasValueBetween(1, MOST_PUTS / 4);
    }

    @Test
    void blocksThatAreMovedBesideACollectionAreRemovedByItAndThoseThatAreNewAreNot() throws IOException {
        try (SegmentBlockStore store = open(home, SMALL, false)) {
            put(store, 10);
            Block fresh = block(10, 3000);
            Block wanted = block(9, 3000);
            try (BlockStore.Lease lease = store.lease()) {
                deleteAllBut(store, 8, i -> false);
                store.put(fresh);
                store.put(wanted); // is here
                store.compact();
                store.compact();
                store.delete(List.of(
                        block(8, 3000).cid().hash(),
                        wanted.cid().hash(),
                        fresh.cid().hash()));
                lease.keep(List.of());
            }
            assertThat(store.has(block(8, 3000).cid())).isFalse();
            assertThat(store.has(wanted.cid())).isTrue();
            assertThat(store.has(fresh.cid())).isTrue();
        }
        assertHas(11, i -> i > 8);
    }

    @Test
    void aStoreThatIsSmallerThanOneFileGivesBackWhatIsDeadBetweenTheLiving() throws IOException {
        try (SegmentBlockStore store = open(home, BlockStoreLimits.DEFAULT, false)) {
            put(store, 100);
            deleteAllBut(store, 100, i -> i % 3 == 0 || i == 99);
            assertThat(store.compact()).isBetween(190_000L, 210_000L);
            assertThat(bytes()).isLessThan(110_000);
            store.put(block(99, 3000));
            assertThat(store.compact()).isZero();
        }
        assertHas(100, i -> i % 3 == 0 || i == 99);
    }

    @Test
    void filesOfWhichATenthIsDeadAreCompactedOnlyWhereSpaceIsShort() throws IOException {
        try (SegmentBlockStore store = open(home, SMALL, false)) {
            put(store, 200);
            deleteAllBut(store, 200, i -> i % 5 != 0);
            assertThat(store.compact()).isZero();
        }
        long before = bytes();
        try (SegmentBlockStore store = open(home, SMALL, true)) {
            assertThat(store.compact()).isGreaterThan(100_000);
        }
        assertThat(bytes()).isLessThan(before - 100_000);
        assertHas(200, i -> i % 5 != 0);
    }

    /** Fills a disk, deletes half, and compacts. */
    static final class Filler {
        private static final int SIZE = 100_000;

        private Filler() {}

        public static void main(String[] arguments) throws IOException {
            Path disk = Path.of(arguments[0]);
            int count = 0;
            try (SegmentBlockStore store = open(disk, BlockStoreLimits.DEFAULT, null)) {
                try {
                    while (true) {
                        store.put(block(count, SIZE));
                        count++;
                    }
                } catch (StoreException full) {
                    System.out.println("full at " + count + ": " + full.getMessage());
                }
                List<Multihash> dead = new ArrayList<>();
                for (int i = 0; i < count; i += 2) {
                    dead.add(block(i, SIZE).cid().hash());
                }
                store.delete(dead);
                store.compact();
            }
            long free = Files.getFileStore(disk).getUsableSpace() / SIZE;
            if (free < count * 2 / 5) {
                throw new AssertionError("room for " + free + " blocks, of " + count);
            }
            try (SegmentBlockStore store = open(disk, BlockStoreLimits.DEFAULT, null)) {
                for (int i = 1; i < count; i += 2) {
                    if (!Arrays.equals(
                            store.find(block(i, SIZE).cid()), block(i, SIZE).data())) {
                        throw new AssertionError("block " + i + " is lost");
                    }
                }
                for (int i = 0; i < count / 3; i++) {
                    store.put(block(1_000_000 + i, SIZE));
                }
                System.out.println("added again");
            }
        }
    }

    private static Process start(String... command) throws IOException {
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }

    @Test
    void aFullDiskHasRoomAgainAfterHalfOfItsBlocksWereRemoved() throws Exception {
        Process allowed =
                start("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt");
        allowed.getInputStream().readAllBytes();
        assumeTrue(allowed.waitFor() == 0, "this system does not allow to mount");
        for (int megabytes : new int[] {40, 60}) {
            Path disk = Files.createDirectories(home.resolve("disk" + megabytes));
            Process process = start(
                    "unshare",
                    "--user",
                    "--map-root-user",
                    "--mount",
                    "sh",
                    "-c",
                    "mount -t tmpfs -o size=" + megabytes + "m none '" + disk + "' && exec \"$@\"",
                    "sh",
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-Xmx128m",
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    "--enable-native-access=ALL-UNNAMED",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Filler.class.getName(),
                    disk.toString());
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as(said).isZero();
            assertThat(said).contains("full at ").contains("added again");
        }
    }
}
