package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import libp2p.node.host.Exit;
import org.junit.jupiter.api.Test;

/** {@code --connections} of {@code p2p listen}, in a process of its own: what it prints ends with it. */
class ConnectionsOptionTest {
    private static final Pattern ADDRESS = Pattern.compile("/ip4/[^\"]*");
    private static final Pattern EVENT = Pattern.compile("\"event\" ?: ?\"([^\"]*)\"");

    /** The events of a listener that was pinged, and told to end, in order. */
    private static List<String> eventsOfAPing(String... options) throws Exception {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), "libp2p.node.P2p", "listen"));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = new ArrayList<>();
            lines.add(output.readLine());
            String address = ADDRESS.matcher(lines.getFirst())
                    .results()
                    .map(MatchResult::group)
                    .findFirst()
                    .orElseThrow();
            assertThat(P2p.run("ping", address, "--count", "1", "--limits", "none"))
                    .isEqualTo(Exit.DONE);
            if (options.length > 0) {
                String line;
                do {
                    line = output.readLine();
                    lines.add(line);
                } while (!line.contains("\"disconnected\""));
            }
            process.toHandle().destroy(); // destroy() of a process closes its output
            output.lines().forEach(lines::add);
            assertThat(process.waitFor()).isZero();
            return lines.stream().map(ConnectionsOptionTest::event).toList();
        } finally {
            process.destroyForcibly();
        }
    }

    private static String event(String line) {
        return EVENT.matcher(line)
                .results()
                .map(match -> match.group(1))
                .findFirst()
                .orElse(line);
    }

    @Test
    void noConnectionIsPrintedUnasked() throws Exception {
        assertThat(eventsOfAPing()).containsExactly("listening");
    }

    @Test
    void connectionsAndTheirEndsArePrintedWhenAskedFor() throws Exception {
        assertThat(eventsOfAPing("--connections"))
                .startsWith("listening")
                .containsExactlyInAnyOrder("listening", "connection", "connected", "disconnected");
    }
}
