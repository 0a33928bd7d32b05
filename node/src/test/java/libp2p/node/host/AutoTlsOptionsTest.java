package libp2p.node.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import libp2p.multiformats.multiaddr.Multiaddr;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class AutoTlsOptionsTest {
    private static final String NAMES = "/tls/sni/*.libp2p.direct/ws";

    @TempDir
    Path data;

    private AutoTlsOptions options(String... words) throws IOException {
        AutoTlsOptions options = new AutoTlsOptions();
        new CommandLine(options).parseArgs(words);
        options.family(data);
        return options;
    }

    private static List<String> listening(AutoTlsOptions options, String... listen) {
        return options.listening(Stream.of(listen).map(Multiaddr::parse).toList()).stream()
                .map(Multiaddr::toString)
                .toList();
    }

    @Test
    void withoutTheOptionNothingChanges() throws IOException {
        assertThat(listening(options(), "/ip4/0.0.0.0/tcp/4001")).containsExactly("/ip4/0.0.0.0/tcp/4001");
    }

    @Test
    void theNamesAreServedAtTheTcpPorts() throws IOException {
        assertThat(listening(
                        options("--auto-tls"),
                        "/ip4/0.0.0.0/tcp/4001",
                        "/ip4/0.0.0.0/tcp/4002/ws",
                        "/ip4/0.0.0.0/udp/4001/quic-v1"))
                .containsExactly(
                        "/ip4/0.0.0.0/tcp/4001",
                        "/ip4/0.0.0.0/tcp/4002/ws",
                        "/ip4/0.0.0.0/udp/4001/quic-v1",
                        "/ip4/0.0.0.0/tcp/4001" + NAMES);
    }

    @Test
    void anAddressForTheNamesThatIsGivenIsTheOnlyOne() throws IOException {
        String[] given = {"/ip4/0.0.0.0/tcp/4001", "/ip4/0.0.0.0/tcp/443" + NAMES};
        assertThat(listening(options("--auto-tls"), given)).containsExactly(given);
    }

    @Test
    void aPortThatTheSystemChoosesIsRefused() throws IOException {
        AutoTlsOptions options = options("--auto-tls");
        assertThatThrownBy(() -> listening(options, "/ip4/0.0.0.0/tcp/0")).hasMessageContaining("with a number");
    }

    @Test
    void optionsThatDoNotFitTogetherAreRefused() throws IOException {
        Path empty = Files.createFile(data.resolve("roots.pem"));
        for (String[] each : new String[][] {
            {"need --auto-tls", "--auto-tls-domain", "x.example"},
            {"belong together", "--auto-tls", "--auto-tls-domain", "x.example"},
            {"belong together", "--auto-tls", "--auto-tls-broker", "https://x.example"},
            {"not an https URL", "--auto-tls", "--auto-tls-acme", "http://x.example"},
            {"not a domain", "--auto-tls", "--auto-tls-broker", "https://x.example", "--auto-tls-domain", "x y"},
            {"holds no certificates", "--auto-tls", "--auto-tls-roots", empty.toString()},
        }) {
            String[] words = java.util.Arrays.copyOfRange(each, 1, each.length);
            assertThatThrownBy(() -> options(words)).hasMessageContaining(each[0]);
        }
    }
}
