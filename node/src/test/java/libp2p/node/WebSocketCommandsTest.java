package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.TrustManagerFactory;
import libp2p.Libp2p;
import libp2p.core.connection.DialException;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.node.host.Exit;
import libp2p.protocols.ping.Ping;
import libp2p.swarm.SwarmLimits;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code p2p listen} on QUIC and WebSockets in a process of its own, and the commands that dial it. The process is
 * cold, and the machine may be busy: no dial has the ten seconds of local addresses.
 */
class WebSocketCommandsTest {
    private static final String QUIC = "/ip4/127.0.0.1/udp/0/quic-v1";
    private static final String WEB_SOCKET = "/ip4/127.0.0.1/tcp/0/ws";
    private static final String WEB_SOCKET_OVER_TLS = "/ip4/127.0.0.1/tcp/0/tls/ws";
    private static final int ATTEMPTS = 4;
    private static final char[] PASSWORD = "password".toCharArray();
    private static final Pattern ADDRESS = Pattern.compile("/ip4/[^\"]*");

    @TempDir
    Path folder;

    /** A process that listens. */
    private static final class Listening implements AutoCloseable {
        private final Process process;
        final List<String> addresses;

        Listening(String... arguments) throws IOException {
            List<String> command = new ArrayList<>();
            command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
            command.addAll(List.of("-XX:TieredStopAtLevel=1", "--enable-native-access=ALL-UNNAMED"));
            command.addAll(List.of("-cp", System.getProperty("java.class.path"), "libp2p.node.P2p", "listen"));
            command.addAll(List.of(arguments));
            process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            String listening = process.inputReader(StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> line.contains("\"listening\""))
                    .findFirst()
                    .orElseThrow();
            addresses =
                    ADDRESS.matcher(listening).results().map(MatchResult::group).toList();
        }

        String overTls() {
            return addresses.stream()
                    .filter(address -> address.contains("/tls/ws"))
                    .findFirst()
                    .orElseThrow();
        }

        /** Tells it to end, as {@code kill} does; that is no failure. */
        @Override
        public void close() throws InterruptedException {
            process.destroy();
            assertThat(process.waitFor()).isZero();
        }
    }

    private String pem(String name, String label, byte[] der) throws IOException {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        String text = "-----BEGIN " + label + "-----\n" + body + "\n-----END " + label + "-----\n";
        return Files.writeString(folder.resolve(name), text).toString();
    }

    @Test
    @Tag("long")
    void everyDialingCommandTakesTheAddressesThatItPrints() throws Exception {
        try (Listening listening =
                new Listening("--listen", QUIC, "--listen", WEB_SOCKET, "--listen", WEB_SOCKET_OVER_TLS)) {
            assertThat(listening.addresses).hasSize(3);
            for (String kind : List.of("/quic-v1/p2p/", "/ws/p2p/", "/tls/ws/p2p/")) {
                assertThat(listening.addresses).anyMatch(address -> address.contains(kind));
            }
            for (String address : listening.addresses) {
                for (String command : List.of("ping", "identify", "echo")) {
                    assertThat(P2p.run(command, address, "--tls-insecure", "--limits", "none"))
                            .as("%s %s", command, address)
                            .isEqualTo(Exit.DONE);
                }
            }
            assertThat(P2p.run("ping", listening.overTls(), "--limits", "none"))
                    .as("a certificate that only its own key has signed")
                    .isEqualTo(Exit.REFUSED);
        }
    }

    @Test
    @Tag("long")
    void theListenerShowsTheCertificateOfItsFiles() throws Exception {
        KeyStore store = keyStore();
        Certificate certificate = store.getCertificate("peer");
        String chain = pem("chain.pem", "CERTIFICATE", certificate.getEncoded());
        String key =
                pem("key.pem", "PRIVATE KEY", store.getKey("peer", PASSWORD).getEncoded());
        try (Listening listening = new Listening(
                        "--listen",
                        QUIC,
                        "--listen",
                        WEB_SOCKET,
                        "--listen",
                        WEB_SOCKET_OVER_TLS,
                        "--tls-cert",
                        chain,
                        "--tls-key",
                        key);
                Host trusting = trusting(certificate);
                Host other = trusting(null)) {
            PeerAddress address = PeerAddress.parse(listening.overTls());
            assertThat(pingOf(trusting, address)).isPositive();
            assertThatThrownBy(() -> other.connect(address))
                    .isInstanceOfSatisfying(
                            DialException.class,
                            e -> assertThat(e.causes().values())
                                    .singleElement()
                                    .isInstanceOf(SSLHandshakeException.class));
        }
    }

    /**
     * Within some attempts: two cold processes on a busy machine were seen to take more than 15 s for one handshake.
     */
    private static Duration pingOf(Host host, PeerAddress address) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return Ping.once(host, address);
            } catch (DialException late) {
                if (attempt == ATTEMPTS) {
                    throw late;
                }
            }
        }
    }

    /** Made by the tool of the JDK. */
    private KeyStore keyStore() throws Exception {
        Path file = folder.resolve("store.p12");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of("-genkeypair", "-alias", "peer", "-keyalg", "EC", "-groupname", "secp256r1"));
        command.addAll(List.of("-dname", "CN=peer", "-ext", "SAN=ip:127.0.0.1", "-validity", "30"));
        command.addAll(List.of("-keystore", file.toString(), "-storepass", new String(PASSWORD)));
        Process tool = new ProcessBuilder(command).inheritIO().start();
        assertThat(tool.waitFor()).isZero();
        return KeyStore.getInstance(file.toFile(), PASSWORD);
    }

    /** A host that trusts one certificate, or those of the system. */
    private static Host trusting(Certificate certificate) throws Exception {
        return Libp2p.host()
                .webSocket(WebSocketTransport.Options.DEFAULT.withTrust(trust(certificate)))
                .limits(limits -> limits.with(
                        SwarmLimits.class,
                        swarm -> swarm.withDialing(dialing -> dialing.withLocalTimeout(dialing.timeout()))))
                .start();
    }

    private static TlsTrust trust(Certificate certificate) throws Exception {
        if (certificate == null) {
            return TlsTrust.system();
        }
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        store.setCertificateEntry("peer", certificate);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return TlsTrust.of(context);
    }

    @Test
    void aCertificateWithoutItsKeyIsAMistakeOfUse() throws Exception {
        String chain = pem("chain.pem", "CERTIFICATE", new byte[] {1});
        assertThat(P2p.run("ping", "/ip4/127.0.0.1/tcp/1/tls/ws", "--tls-cert", chain))
                .isEqualTo(Exit.USAGE);
    }
}
