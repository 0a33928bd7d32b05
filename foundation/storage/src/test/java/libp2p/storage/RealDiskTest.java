package libp2p.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import libp2p.contracts.datastore.DatastoreContract;
import libp2p.core.datastore.Datastore;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file system that is really full, and one that is really read-only: mounted for one child process, where the system
 * lets us (as root, or in a user namespace). {@link StorageFaultsTest} has the same faults in memory.
 */
class RealDiskTest {
    private static final String TWO_MEGABYTES = "mount -t tmpfs -o size=2m none \"$DISK\"";

    @TempDir
    Path folder;

    /** Fills the disk, reads, makes room and goes on; {@code DISK}. */
    static final class Filler {
        private Filler() {}

        public static void main(String[] arguments) throws Exception {
            Path disk = Path.of(arguments[0]);
            Path ballast = Files.write(disk.resolve("ballast"), new byte[1 << 20]);
            try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), disk.resolve("store"))) {
                List<byte[]> keys = new ArrayList<>();
                try {
                    while (true) {
                        byte[] key = DatastoreContract.bytes("k" + keys.size());
                        store.put(key, new byte[10_000]);
                        keys.add(key);
                    }
                } catch (IOException full) {
                    System.out.println("full: " + full.getMessage());
                }
                for (byte[] key : keys) {
                    if (store.get(key) == null) {
                        throw new AssertionError("acknowledged and lost: " + new String(key, StandardCharsets.UTF_8));
                    }
                }
                Files.delete(ballast);
                store.put(DatastoreContract.bytes("later"), new byte[10_000]);
                System.out.println("written again, after " + !keys.isEmpty());
            }
        }
    }

    /** Opens a datastore and expects not to; {@code DISK}. */
    static final class Opener {
        private Opener() {}

        public static void main(String[] arguments) {
            try {
                FileDatastore.open(SystemEnvironment.shared(), Path.of(arguments[0], "store"))
                        .close();
                System.out.println("opened");
            } catch (IOException e) {
                System.out.println("refused: " + e.getMessage());
            }
        }
    }

    private String inside(String mount, Class<?> program) throws Exception {
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Process process = new ProcessBuilder(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        mount + " && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx64m",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        program.getName(),
                        disk.toString())
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(output).isZero();
        return output;
    }

    private String onDisk(String mount, Class<?> program) throws Exception {
        return inside("DISK='" + folder.resolve("disk") + "' && " + mount, program);
    }

    private static void assumeMountsAreAllowed() throws InterruptedException {
        try {
            Process process = new ProcessBuilder(
                            "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assumeTrue(process.waitFor() == 0, "this system allows no mount: " + said.strip());
        } catch (IOException e) {
            assumeTrue(false, "there is no program 'unshare' here");
        }
    }

    @Test
    void aDiskThatIsFullIsToldOfAndWrittenAgainWhenThereIsRoom() throws Exception {
        assumeMountsAreAllowed();
        assertThat(onDisk(TWO_MEGABYTES, Filler.class))
                .contains("full: datastore ")
                .contains("No space left on device")
                .contains("written again, after true");
    }

    @Test
    void aReadOnlyDiskIsNamed() throws Exception {
        assumeMountsAreAllowed();
        String readOnly = TWO_MEGABYTES + " && mount -o remount,ro \"$DISK\"";
        assertThat(onDisk(readOnly, Opener.class)).contains("refused: ").contains("read-only");
        Path disk = folder.resolve("disk");
        try (Datastore store = FileDatastore.open(SystemEnvironment.shared(), disk.resolve("store"))) {
            store.put(DatastoreContract.bytes("a"), new byte[10]);
        }
        String bound = "mount --bind \"$DISK\" \"$DISK\" && mount -o remount,ro,bind \"$DISK\"";
        assertThat(onDisk(bound, Opener.class)).contains("refused: ").contains("read-only");
    }
}
