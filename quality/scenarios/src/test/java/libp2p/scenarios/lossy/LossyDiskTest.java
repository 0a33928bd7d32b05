package libp2p.scenarios.lossy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;

/** The disk forgets what a disk may forget, and nothing else. */
class LossyDiskTest {
    private static final int CRASHES = 200;

    private final LossyDisk disk = new LossyDisk();
    private final LossyFileSystem process = new LossyFileSystem(disk);
    private final Path folder = process.getPath("/folder");

    private static void force(Path path) throws IOException {
        StandardOpenOption option = Files.isDirectory(path) ? StandardOpenOption.READ : StandardOpenOption.WRITE;
        try (FileChannel channel = FileChannel.open(path, option)) {
            channel.force(true);
        }
    }

    private Path durableFile(String name, byte[] bytes) throws IOException {
        Files.createDirectories(folder);
        Path file = Files.write(folder.resolve(name), bytes);
        force(file);
        force(folder);
        force(process.getPath("/"));
        return file;
    }

    private static byte[] filled(int size, int value) {
        byte[] bytes = new byte[size];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    private List<LossyDisk> crashes() {
        List<LossyDisk> found = new ArrayList<>();
        for (int seed = 0; seed < CRASHES; seed++) {
            found.add(disk.afterCrash(new Random(seed)));
        }
        return found;
    }

    @Test
    void whatIsForcedWithItsNamesSurvivesEveryCrash() throws IOException {
        durableFile("a", filled(3000, 1));
        assertThat(disk.isForced()).isTrue();
        for (LossyDisk after : crashes()) {
            assertThat(after.bytes("/folder/a")).isEqualTo(filled(3000, 1));
        }
    }

    @Test
    void ofANameThatIsNotForcedSomeCrashesLeaveNothing() throws IOException {
        durableFile("a", filled(10, 1));
        Path file = Files.write(folder.resolve("b"), filled(10, 2));
        force(file);
        Set<Boolean> there = new HashSet<>();
        for (LossyDisk after : crashes()) {
            byte[] bytes = after.bytes("/folder/b");
            there.add(bytes != null);
            if (bytes != null) {
                assertThat(bytes).isEqualTo(filled(10, 2));
            }
        }
        assertThat(there).containsExactlyInAnyOrder(true, false);
    }

    @Test
    void closingForcesNothing() throws IOException {
        Path file = durableFile("a", new byte[0]);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(filled(100, 7)));
        }
        assertThat(disk.isForced()).isFalse();
        assertThat(crashes()).anyMatch(after -> after.bytes("/folder/a").length == 0);
    }

    @Test
    void sectorsOfAWriteAreLostOneByOne() throws IOException {
        int sectors = 4;
        Path file = durableFile("a", filled(sectors * FileNode.SECTOR, 1));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(filled(sectors * FileNode.SECTOR, 2)), 0);
            channel.write(ByteBuffer.wrap(filled(FileNode.SECTOR, 3)), FileNode.SECTOR);
        }
        Set<String> seen = new TreeSet<>();
        for (LossyDisk after : crashes()) {
            byte[] bytes = after.bytes("/folder/a");
            StringBuilder values = new StringBuilder();
            for (int i = 0; i < sectors; i++) {
                byte value = bytes[i * FileNode.SECTOR];
                assertThat(Arrays.copyOfRange(bytes, i * FileNode.SECTOR, (i + 1) * FileNode.SECTOR))
                        .as("a sector is whole")
                        .isEqualTo(filled(FileNode.SECTOR, value));
                values.append(value);
            }
            seen.add(values.toString());
        }
        assertThat(seen)
                .hasSizeGreaterThan(12)
                .contains("1111", "2322")
                .allMatch(each -> each.matches("[12][123][12]+"));
    }

    @Test
    void theLengthMayBeThereWithoutTheData() throws IOException {
        Path file = durableFile("a", filled(10, 1));
        Files.write(file, filled(2000, 2), StandardOpenOption.APPEND);
        assertThat(crashes()).anyMatch(after -> {
            byte[] bytes = after.bytes("/folder/a");
            return bytes.length == 2010 && bytes[10] == 0 && bytes[9] == 1;
        });
        assertThat(crashes()).anyMatch(after -> after.bytes("/folder/a").length == 10);
    }

    @Test
    void aCutThatIsNotForcedMayBeUndone() throws IOException {
        Path file = durableFile("a", filled(1000, 1));
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.truncate(5);
        }
        assertThat(Files.size(file)).isEqualTo(5);
        assertThat(crashes()).anyMatch(after -> after.bytes("/folder/a").length == 5);
        assertThat(crashes()).anyMatch(after -> Arrays.equals(after.bytes("/folder/a"), filled(1000, 1)));
    }

    @Test
    void aFileThatIsPutInPlaceOfAnotherIsTheOneOrTheOther() throws IOException {
        Path target = durableFile("target", filled(10, 1));
        Path fresh = Files.write(folder.resolve("fresh"), filled(10, 2));
        force(fresh);
        Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Set<Integer> seen = new TreeSet<>();
        for (LossyDisk after : crashes()) {
            seen.add((int) after.bytes("/folder/target")[0]);
        }
        assertThat(seen).containsExactly(1, 2);
        force(folder);
        assertThat(crashes())
                .allMatch(after -> after.bytes("/folder/target")[0] == 2 && after.bytes("/folder/fresh") == null);
    }

    @Test
    void aRemovalThatIsNotForcedMayBeUndone() throws IOException {
        Files.delete(durableFile("a", filled(10, 1)));
        assertThat(crashes()).anyMatch(after -> after.bytes("/folder/a") != null);
        assertThat(crashes()).anyMatch(after -> after.bytes("/folder/a") == null);
        force(folder);
        assertThat(crashes()).allMatch(after -> after.bytes("/folder/a") == null);
    }

    @Test
    void theSameSeedLeavesTheSameDisk() throws IOException {
        durableFile("a", filled(3000, 1));
        Files.write(folder.resolve("a"), filled(9000, 2));
        Files.write(folder.resolve("b"), filled(9000, 3));
        for (int seed = 0; seed < CRASHES; seed++) {
            LossyDisk once = disk.afterCrash(new Random(seed));
            LossyDisk again = disk.afterCrash(new Random(seed));
            assertThat(again.files()).isEqualTo(once.files());
            for (String file : once.files()) {
                assertThat(again.bytes(file)).isEqualTo(once.bytes(file));
            }
        }
    }

    @Test
    void aFullDiskTakesWhatFitsAndThenNothing() throws IOException {
        Path file = durableFile("a", filled(100, 1));
        disk.capacity(150);
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.APPEND)) {
            ByteBuffer bytes = ByteBuffer.wrap(filled(80, 2));
            assertThat(channel.write(bytes)).isEqualTo(50);
            assertThatThrownBy(() -> channel.write(bytes)).hasMessage("No space left on device");
        }
        assertThat(Files.size(file)).isEqualTo(150);
    }

    @Test
    void aFileIsLockedByOneProcessAndClosingAnyChannelGivesItFree() throws IOException {
        Path file = durableFile("lock", new byte[0]);
        LossyFileSystem other = process.anotherProcess();
        Path theirs = other.getPath("/folder/lock");
        try (FileChannel mine = FileChannel.open(file, StandardOpenOption.WRITE);
                FileChannel second = FileChannel.open(theirs, StandardOpenOption.WRITE)) {
            FileLock lock = mine.tryLock();
            assertThat(lock.isValid()).isTrue();
            assertThatThrownBy(mine::tryLock).isInstanceOf(OverlappingFileLockException.class);
            assertThat(second.tryLock()).isNull();
            FileChannel.open(file, StandardOpenOption.WRITE).close();
            assertThat(second.tryLock()).as("as the kernel has it").isNotNull();
        }
    }

    @Test
    void theStorageEngineKeepsWhatItForcedAndTheRestMayBeLost() throws IOException {
        durableFile("store", new byte[0]);
        MVStore store = new MVStore.Builder()
                .fileName(folder.resolve("store").toString())
                .autoCommitDisabled()
                .open();
        store.openMap("map").put("forced", "yes");
        store.commit();
        store.sync();
        force(folder);
        store.openMap("map").put("forced", "no");
        store.commit();
        Set<Object> seen = new HashSet<>();
        for (LossyDisk after : crashes()) {
            LossyFileSystem next = new LossyFileSystem(after);
            MVStore again = new MVStore.Builder()
                    .fileName(next.getPath("/folder/store").toString())
                    .autoCommitDisabled()
                    .open();
            seen.add(String.valueOf(again.openMap("map").get("forced")));
            again.closeImmediately();
            next.close();
        }
        assertThat(seen).containsExactlyInAnyOrder("yes", "no");
    }

    @Test
    void stepsAreToldBeforeTheyHappenAndMayFail() throws IOException {
        Path file = durableFile("a", filled(10, 1));
        List<String> told = new ArrayList<>();
        disk.steps((operation, path) -> {
            told.add(operation + " " + path);
            if (operation.equals("force")) {
                throw new IOException("Input/output error");
            }
        });
        Files.write(file, filled(10, 2), StandardOpenOption.WRITE);
        assertThatThrownBy(() -> force(file)).hasMessage("Input/output error");
        Files.delete(file);
        assertThat(told).containsExactly("write /folder/a", "force /folder/a", "delete /folder/a");
        disk.powerOff();
        assertThatThrownBy(() -> Files.createFile(file)).hasMessage("the power has failed");
    }
}
