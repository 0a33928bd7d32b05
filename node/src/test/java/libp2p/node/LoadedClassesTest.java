package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import libp2p.Libp2p;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Classes that no option asked for are not even loaded. */
class LoadedClassesTest {
    private static final Pattern ADDRESS = Pattern.compile("\"(/ip4/127\\.0\\.0\\.1/tcp/\\d+/p2p/\\w+)\"");

    @TempDir
    Path folder;

    @Test
    void aNodeWithoutMetricsPortThatServesAPeerLoadsNeitherMicrometerNorAnHttpServerNorTheFlightRecorder()
            throws Exception {
        Path log = folder.resolve("classes");
        Process node = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Xlog:class+load=info:file=" + log + "::filecount=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "libp2p.node.P2p",
                        "node",
                        "--memory",
                        "--json",
                        "--listen",
                        "/ip4/127.0.0.1/tcp/0")
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = node.inputReader(StandardCharsets.UTF_8)) {
            ping(output.readLine());
            node.destroy();
            assertThat(node.waitFor()).isZero();
        } finally {
            node.destroyForcibly();
        }
        assertThat(Files.readString(log, StandardCharsets.ISO_8859_1))
                .contains("libp2p.core.metrics.JfrObserver ")
                .contains("libp2p.protocols.ping.Ping ")
                .doesNotContain(" io.micrometer")
                .doesNotContain(" libp2p.metrics.")
                .doesNotContain(" com.sun.net.httpserver")
                .doesNotContain(" org.eclipse.jetty")
                .doesNotContain(" jdk.jfr.internal.PlatformRecorder")
                .doesNotContain(" libp2p.core.metrics.StreamOpenedEvent");
    }

    private static void ping(String listening) throws IOException {
        Matcher address = ADDRESS.matcher(listening);
        assertThat(address.find()).as(listening).isTrue();
        try (Host client = Libp2p.host().start()) {
            Ping.once(client, PeerAddress.parse(address.group(1)));
        }
    }
}
