package libp2p.transports.quic;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.stream.Stream;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Logs of QUIC on a disk that takes its time. */
class LogQueueTest {
    @TempDir
    private Path folder;

    private final SlowDisk disk = new SlowDisk();

    /** Lets a call through when the test says so, and tells when nothing is being written any more. */
    private static final class SlowDisk extends ForwardingEnvironment {
        private final Semaphore allowed = new Semaphore(0);
        private final Semaphore asked = new Semaphore(0);
        private final CountDownLatch idle = new CountDownLatch(1);

        SlowDisk() {
            super(SystemEnvironment.shared());
        }

        @Override
        public <T> T offload(Callable<T> call) throws Exception {
            asked.release();
            allowed.acquire();
            return super.offload(call);
        }

        @Override
        public Runnable trackActivity() {
            return idle::countDown;
        }
    }

    private LogFile file(String name, long most, boolean kept) {
        return new LogFile(folder.resolve(name), most, missing -> missing + " are missing\n", "the end\n", kept);
    }

    @Test
    void theCallerDoesNotWaitAndWhatFindsNoRoomIsLeftOutAndSaidToBe() throws Exception {
        LogQueue queue = new LogQueue(disk, 20);
        LogFile file = file("a", 1_000, false);
        queue.add(file, "one\n");
        disk.asked.acquire(); // which is on its way to the disk now
        queue.add(file, "another one\n");
        queue.add(file, "a third\n");
        queue.add(file, "a fourth\n");
        queue.add(file, "5\n"); // fits
        disk.allowed.release(10);
        disk.idle.await();
        assertThat(Files.readString(file.path())).isEqualTo("one\nanother one\n2 are missing\n5\n");
    }

    @Test
    void aFileEndsAtItsSize() throws Exception {
        LogQueue queue = new LogQueue(disk, 1_000);
        LogFile file = file("b", 10, false);
        queue.add(file, "12345\n");
        queue.add(file, "67890\n");
        queue.add(file, "more\n");
        disk.allowed.release(10);
        disk.idle.await();
        assertThat(file.isOver()).isTrue();
        assertThat(Files.readString(file.path())).isEqualTo("12345\nthe end\n");
    }

    @Test
    void aFileIsBegunAnewOrAddedTo() throws Exception {
        LogQueue queue = new LogQueue(disk, 1_000);
        LogFile anew = file("c", 100, false);
        LogFile kept = file("d", 100, true);
        Files.writeString(anew.path(), "of before\n");
        Files.writeString(kept.path(), "of before\n");
        queue.add(anew, "now\n");
        queue.add(kept, "now\n");
        disk.allowed.release(10);
        disk.idle.await();
        assertThat(Files.readString(anew.path())).isEqualTo("now\n");
        assertThat(Files.readString(kept.path())).isEqualTo("of before\nnow\n");
    }

    @Test
    void aDiskThatFailsEndsTheFileAlone() throws Exception {
        LogQueue queue = new LogQueue(disk, 1_000);
        LogFile lost = new LogFile(folder.resolve("nowhere").resolve("e"), 100, missing -> "", "", false);
        LogFile other = file("f", 100, false);
        queue.add(lost, "gone\n");
        queue.add(other, "there\n");
        disk.allowed.release(10);
        disk.idle.await();
        assertThat(lost.isOver()).isTrue();
        assertThat(Files.readString(other.path())).isEqualTo("there\n");
        assertThat(folder.resolve("nowhere")).doesNotExist();
    }

    /** Logs of connections that end one after the other: the newest stay, on disk too. */
    @Test
    void ofManyLogsTheOldestAreDeleted() throws Exception {
        LogQueue queue = new LogQueue(disk, 1_000);
        KeptLogs kept = new KeptLogs(1, 3, 1_000);
        for (int i = 0; i < 10; i++) {
            LogFile file = file("log" + i, 100, false);
            assertThat(kept.begin()).isTrue();
            assertThat(kept.begin()).as("a second connection that lives").isFalse();
            queue.add(file, i + "\n");
            kept.end(queue, file);
        }
        disk.allowed.release(100);
        disk.idle.await();
        assertThat(names()).containsExactly("log7", "log8", "log9");
    }

    @Test
    void logsThatAreLargeTogetherAreDeletedToo() throws Exception {
        LogQueue queue = new LogQueue(disk, 1_000);
        KeptLogs kept = new KeptLogs(1, 100, 25);
        for (int i = 0; i < 4; i++) {
            LogFile file = file("log" + i, 100, false);
            kept.begin();
            queue.add(file, "123456789\n");
            kept.end(queue, file);
        }
        disk.allowed.release(100);
        disk.idle.await();
        assertThat(names()).containsExactly("log2", "log3");
    }

    /** A log is deleted though its text was being written when its time came. */
    @Test
    void aLogThatIsOnItsWayToTheDiskIsDeletedAfterwards() throws Exception {
        LogQueue queue = new LogQueue(disk, 1_000);
        LogFile file = file("g", 100, false);
        queue.add(file, "written\n");
        disk.asked.acquire();
        queue.delete(file);
        queue.add(file, "too late\n");
        disk.allowed.release(10);
        disk.idle.await();
        assertThat(names()).isEmpty();
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(path -> path.getFileName().toString()).sorted().toList();
        }
    }
}
