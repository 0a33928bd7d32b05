package libp2p.node.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import libp2p.node.P2p;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is full before a file is added: a file system that is mounted for the processes of one shell. */
class AddOnFullDiskTest {
    @TempDir
    private Path folder;

    private static String said(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return said + "\nends with " + process.waitFor();
    }

    @Test
    void aFileIsCalledAddedOnlyOnceItsBlocksAreDurable() throws Exception {
        assumeTrue(
                said(List.of("unshare", "--user", "--map-root-user", "--mount", "sh", "-c", "mount -t tmpfs none /mnt"))
                        .endsWith("ends with 0"),
                "this system does not allow to mount");
        byte[] data = new byte[700_000]; // one batch, which is written when the import has ended
        new Random(1).nextBytes(data);
        Path file = Files.write(folder.resolve("file"), data);
        Path small = Files.writeString(folder.resolve("small"), "some text");
        Path disk = Files.createDirectories(folder.resolve("disk"));
        String script = "mount -t tmpfs -o size=4m none '" + disk + "' && \"$@\" add '" + small + "' --data '" + disk
                + "/data' && { head -c 8000000 /dev/zero > '" + disk + "/filler'; \"$@\" add '" + file + "' --data '"
                + disk + "/data'; }";
        String said = said(List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                script,
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                P2p.class.getName()));
        assertThat(said).containsOnlyOnce("added ").contains("No space left").endsWith("ends with 1");
    }
}
