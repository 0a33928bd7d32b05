package libp2p.ipfs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import libp2p.multiformats.Cid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that becomes full in the middle of an import: a file system that is mounted for one child process. */
class FullDiskTest {
    @TempDir
    Path folder;

    /** Adds, fills the disk, reads, cleans, and adds again. */
    static final class Filler {
        private Filler() {}

        private static byte[] bytes(int seed) {
            byte[] data = new byte[2_000_000];
            new Random(seed).nextBytes(data);
            return data;
        }

        public static void main(String[] arguments) throws Exception {
            IpfsOptions options = IpfsOptions.DEFAULT
                    .withListen("/ip4/127.0.0.1/tcp/0")
                    .withKadPrefix("/test")
                    .withData(Path.of(arguments[0]));
            Cid kept;
            try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, options)) {
                kept = peer.add(bytes(1));
                try (InputStream endless = new Endless()) {
                    peer.add(endless);
                    throw new AssertionError("an endless file was added");
                } catch (IOException full) {
                    System.out.println("full: " + full.getMessage());
                }
                check(peer, kept);
                System.out.println("removed: " + (peer.collectGarbage().removed() > 0));
                System.out.println("left: " + peer.blocks().usage().bytes() / 100_000);
            }
            try (IpfsPeer peer = IpfsPeer.start(Role.LEECHER, options)) {
                check(peer, kept);
                Cid later = peer.add(bytes(2));
                System.out.println("added again: " + Arrays.equals(peer.contentByCid(later.toString()), bytes(2)));
            }
        }

        private static void check(IpfsPeer peer, Cid kept) throws IOException {
            if (!Arrays.equals(peer.contentByCid(kept.toString()), bytes(1))) {
                throw new AssertionError("acknowledged and lost");
            }
        }
    }

    /** Random bytes without end. */
    private static final class Endless extends InputStream {
        private final Random random = new Random(7);

        @Override
        public int read() {
            return random.nextInt(256);
        }

        @Override
        public int read(byte[] target, int offset, int length) {
            byte[] some = new byte[length];
            random.nextBytes(some);
            System.arraycopy(some, 0, target, offset, length);
            return length;
        }
    }

    @Test
    void nothingThatWasAcknowledgedIsLostAndTheRestIsCleaned() throws Exception {
        Process allowed = new ProcessBuilder(
                        "unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt")
                .redirectErrorStream(true)
                .start();
        allowed.getInputStream().readAllBytes();
        assumeTrue(allowed.waitFor() == 0, "this system allows no mount");
        Path disk = Files.createDirectories(folder.resolve("disk"));
        Process process = new ProcessBuilder(
                        "unshare",
                        "--user",
                        "--map-root-user",
                        "--mount",
                        "sh",
                        "-c",
                        "mount -t tmpfs -o size=24m none '" + disk + "' && exec \"$@\"",
                        "sh",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Filler.class.getName(),
                        disk.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        assertThat(said)
                .contains("full: ")
                .contains("removed: true")
                .contains("left: 20")
                .contains("added again: true");
    }
}
