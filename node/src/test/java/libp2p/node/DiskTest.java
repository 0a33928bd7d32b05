package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.control.ControlService;
import libp2p.node.host.Exit;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The messages of the command line about a full disk and about a read-only one: real ones, mounted for one child
 * process, where the system lets us (as root, or in a user namespace).
 */
class DiskTest {
    private static final String MOUNT = "mount -t tmpfs -o size=2m none \"$DISK\"";
    private static final String PROGRAM = P2p.class.getName();

    @TempDir
    Path folder;

    private Path disk;

    @BeforeEach
    void mountable() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        try {
            Ended mounted = inside("mount -t tmpfs none \"$DISK\"", "-version");
            assumeTrue(
                    mounted.code() == 0,
                    "this system allows no mount: " + mounted.output().strip());
        } catch (IOException e) {
            assumeTrue(false, "there is no program 'unshare' here");
        }
    }

    /** The output of a process, and its exit code. */
    private record Ended(int code, String output) {}

    /** Runs Java after a command of the shell, which may mount something at {@code $DISK}. */
    private Ended inside(String before, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--user",
                "--map-root-user",
                "--mount",
                "sh",
                "-c",
                "DISK='" + disk + "' && " + before + " && exec \"$@\"",
                "sh",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx64m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path")));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Ended(process.waitFor(), output);
    }

    private Ended node(String before) throws Exception {
        String data = disk.resolve("data").toString();
        return inside(before, PROGRAM, "node", "--data", data, "--listen", "/ip4/127.0.0.1/tcp/0");
    }

    @Test
    void aNewNodeOnAReadOnlyDiskSaysSo() throws Exception {
        assertThat(node(MOUNT + " && mount -o remount,ro \"$DISK\""))
                .isEqualTo(new Ended(
                        Exit.FAILED,
                        "node: key file " + disk.resolve("data/node.key")
                                + " cannot be written: Read-only file system\n"));
    }

    @Test
    void aNodeThatWasThereBeforeSaysThatItsDiskIsReadOnlyNow() throws Exception {
        Libp2p.host().dataDirectory(disk.resolve("data")).start().close();
        assertThat(node("mount --bind \"$DISK\" \"$DISK\" && mount -o remount,ro,bind \"$DISK\""))
                .satisfies(ended -> {
                    assertThat(ended.code()).isEqualTo(Exit.FAILED);
                    assertThat(ended.output())
                            .startsWith("node: datastore " + disk.resolve("data") + "/")
                            .endsWith(" is read-only\n")
                            .hasLineCount(1);
                });
    }

    @Test
    void aNodeThatIsStartedOnAFullDiskSaysSo() throws Exception {
        String fill = MOUNT + " && { dd if=/dev/zero of=\"$DISK/ballast\" bs=4096 2>/dev/null || true; }";
        assertThat(node(fill)).satisfies(ended -> {
            assertThat(ended.code()).isEqualTo(Exit.FAILED);
            assertThat(ended.output())
                    .startsWith("node: key file " + disk.resolve("data/node.key") + " cannot be written: ")
                    .contains("No space left on device")
                    .hasLineCount(1);
        });
    }

    /** A node whose disk fills while it runs; {@code DISK}. */
    static final class Full {
        private Full() {}

        public static void main(String[] arguments) throws Exception {
            Path disk = Path.of(arguments[0]);
            Path data = disk.resolve("data");
            try (Host host = Libp2p.host()
                            .dataDirectory(data)
                            .listen("/ip4/127.0.0.1/tcp/0")
                            .with(new ControlService(data))
                            .start();
                    Host client = Libp2p.host().start()) {
                Path ballast = disk.resolve("ballast");
                fill(ballast);
                int blocked = 0;
                int code;
                do { // until the free space in the file of the datastore is used up
                    code = P2p.run("gate", "--data", data.toString(), "--json", "block", "10.0." + blocked++ + ".0/24");
                } while (code == Exit.DONE && blocked < 250);
                System.out.println("full: " + code + ", ping: "
                        + Ping.once(client, PeerAddress.of(host.peerId(), host.addresses()))
                                .isPositive());
                Files.delete(ballast);
                System.out.println("with room: " + P2p.run("gate", "--data", data.toString(), "block", "192.0.2.1"));
                System.out.println("blocked: " + blocked);
            }
            System.out.println("stopped: " + P2p.run("gate", "--data", data.toString()));
        }

        private static void fill(Path ballast) {
            try (OutputStream out = Files.newOutputStream(ballast)) {
                while (true) {
                    out.write(new byte[4096]);
                }
            } catch (IOException full) {
                System.out.println(full.getMessage());
            }
        }
    }

    @Test
    void aNodeWhoseDiskFillsRunsOnTellsItsOwnerAndKeepsEverythingOnceThereIsRoom() throws Exception {
        Ended ended = inside(MOUNT, Full.class.getName(), disk.toString());
        assertThat(ended.output())
                .contains("the block list holds, but cannot be kept now: datastore ")
                .contains("No space left on device")
                .contains("full: 1, ping: true")
                .contains("with room: 0")
                .contains("stopped: 0");
        int blocked = Integer.parseInt(ended.output().replaceAll("(?s).*\nblocked: (\\d+)\n.*", "$1"));
        String stopped = ended.output().substring(ended.output().indexOf("\nblocked: "));
        assertThat(stopped.lines().filter(line -> line.startsWith("  10.0.")))
                .as("kept by the node that has ended")
                .hasSize(blocked);
        assertThat(stopped).contains("  192.0.2.1/32\n");
    }
}
