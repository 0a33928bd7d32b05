package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import org.junit.jupiter.api.Test;

/** The program where there is no native library of QUIC for the platform. */
class QuicMissingTest {
    /** The class path as it is on such a platform: with the classes of QUIC, without its libraries. */
    private static String classPath() {
        String[] entries = System.getProperty("java.class.path").split(File.pathSeparator);
        String left = Arrays.stream(entries)
                .filter(entry -> !Path.of(entry).getFileName().toString().matches("netty-codec-native-quic.*_.*\\.jar"))
                .collect(Collectors.joining(File.pathSeparator));
        assertThat(left.split(File.pathSeparator)).hasSizeLessThan(entries.length);
        return left;
    }

    @Test
    void listeningOnQuicFailsAndNamesTheAddressAndTheLibraryThatIsMissing() throws Exception {
        Process program = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Dlibp2p.quic.engine=netty",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        classPath(),
                        "libp2p.node.P2p",
                        "listen",
                        "--listen",
                        "/ip4/127.0.0.1/udp/0/quic-v1")
                .redirectErrorStream(true)
                .start();
        try {
            String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(program.waitFor()).isEqualTo(Exit.FAILED);
            assertThat(said)
                    .contains("cannot listen on /ip4/127.0.0.1/udp/0/quic-v1")
                    .contains("QUIC is not available: no native library for " + System.getProperty("os.name") + " on "
                            + System.getProperty("os.arch"));
        } finally {
            program.destroyForcibly();
        }
    }

    @Test
    void whereItListensTheProgramSaysWhatIsLeftOut() throws IOException {
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        try (Host host = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").start()) {
            for (boolean json : new boolean[] {true, false}) {
                PrintStream out = new PrintStream(printed, true, StandardCharsets.UTF_8);
                Server.announce(new Output(json, out), host, List.of("QUIC: no native library"));
            }
        }
        assertThat(printed.toString(StandardCharsets.UTF_8))
                .contains("\"without\":[\"QUIC: no native library\"]")
                .contains("\nnot listening on QUIC: no native library");
    }
}
