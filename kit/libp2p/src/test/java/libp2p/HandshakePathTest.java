package libp2p;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import libp2p.core.connection.Connection;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.protocols.ping.Ping;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Once warm, a handshake loads and makes no class: none of the program, and none that the JDK makes for reflection,
 * lambdas or native functions. A process of its own, whose log of loaded classes tells. Now and then a handshake is the
 * first to take a turn that others did not, and the JDK remakes what was called a hundred times; both happen once, not
 * for each.
 */
class HandshakePathTest {
    private static final int UNTIL_WARM = 200;
    private static final int HANDSHAKES = 100;
    private static final int FIRST_TURNS = HANDSHAKES / 2;

    @TempDir
    Path folder;

    /** Both are loaded when they are first used, and so part the log. */
    static final class Warm {
        private Warm() {}

        static void mark() {}
    }

    static final class Done {
        private Done() {}

        static void mark() {}
    }

    /** The process. */
    static final class Handshakes {
        private Handshakes() {}

        public static void main(String[] arguments) throws IOException {
            try (Host server = Libp2p.host()
                            .security(arguments[0])
                            .listen("/ip4/127.0.0.1/tcp/0")
                            .start();
                    Host client = Libp2p.host().security(arguments[0]).start()) {
                PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
                run(client, address, UNTIL_WARM);
                Warm.mark();
                run(client, address, HANDSHAKES);
                Done.mark();
            }
        }

        private static void run(Host client, PeerAddress address, int count) throws IOException {
            for (int i = 0; i < count; i++) {
                Connection connection = client.connect(address);
                Ping.once(client, address);
                connection.close(0, "done");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"noise", "tls"})
    void aWarmHandshakeLoadsNoClass(String security) throws Exception {
        Path log = folder.resolve(security);
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dlibp2p.crypto.engines=fixed",
                        "-Xlog:class+load=info:file=" + log + "::filecount=0",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Handshakes.class.getName(),
                        security)
                .inheritIO()
                .start();
        assertThat(process.waitFor()).isZero();
        List<String> loaded = Files.readAllLines(log, StandardCharsets.ISO_8859_1);
        int warm = lineOf(loaded, Warm.class);
        int done = lineOf(loaded, Done.class);
        assertThat(loaded.subList(warm + 1, done)).hasSizeLessThan(FIRST_TURNS);
    }

    private static int lineOf(List<String> loaded, Class<?> type) {
        for (int i = 0; i < loaded.size(); i++) {
            if (loaded.get(i).contains(type.getName() + " source:")) {
                return i;
            }
        }
        throw new AssertionError(type + " was not loaded");
    }
}
