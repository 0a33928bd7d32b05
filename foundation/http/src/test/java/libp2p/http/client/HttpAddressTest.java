package libp2p.http.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.Environment;
import libp2p.core.environment.ForwardingEnvironment;
import libp2p.core.environment.Network;
import libp2p.http.HttpClient;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP servers that strangers name: no stranger has this host call what only it can reach. */
class HttpAddressTest {
    private static final Map<String, List<String>> NAMES = Map.of(
            "public.example", List.of("93.184.216.34", "2606:2800:220:1::1"),
            "private.example", List.of("192.168.1.1"),
            "loopback.example", List.of("127.0.0.1"),
            "mixed.example", List.of("93.184.216.34", "10.0.0.1"),
            "metadata.example", List.of("169.254.169.254"),
            "local6.example", List.of("fd00::1"),
            "mapped.example", List.of("::1"));

    /** The system, with names of its own. */
    private static final class Named extends ForwardingEnvironment {
        private final List<String> asked = new ArrayList<>();

        Named() {
            super(SystemEnvironment.shared());
        }

        @Override
        public Network network() {
            return (Network) Proxy.newProxyInstance(
                    Network.class.getClassLoader(), new Class<?>[] {Network.class}, (proxy, method, arguments) -> {
                        if (!method.getName().equals("resolve")) {
                            throw new UnsupportedOperationException(method.getName());
                        }
                        asked.add((String) arguments[0]);
                        return look((String) arguments[0]);
                    });
        }

        private static List<InetAddress> look(String name) throws UnknownHostException {
            List<String> literals = NAMES.get(name);
            if (literals == null) {
                throw new UnknownHostException(name);
            }
            return literals.stream().map(InetAddress::ofLiteral).toList();
        }
    }

    private static final String PASSWORD = "password";

    private final Named names = new Named();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({
        "/dns4/example.net/tcp/443/tls/http, https://example.net:443",
        "/ip4/93.184.216.34/tcp/8080/https, https://93.184.216.34:8080",
        "/dns/example.net/tcp/443/https/http-path/a%2Fb, https://example.net:443/a/b",
    })
    void serversThatStrangersNameHaveTlsAndPublicAddresses(String address, String url) {
        assertThat(HttpAddress.uri(Multiaddr.parse(address), false)).isEqualTo(URI.create(url));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ip4/127.0.0.1/tcp/443/tls/http",
                "/ip4/10.0.0.1/tcp/443/https",
                "/ip4/169.254.169.254/tcp/443/https",
                "/ip6/::1/tcp/443/https",
                "/ip6/fd00::1/tcp/443/https",
                "/dns4/localhost/tcp/443/https",
                "/dns4/a.localhost/tcp/443/https",
                "/dns4/router.local/tcp/443/https",
                "/dns4/metadata.google.internal/tcp/443/https",
                "/dns4/intranet/tcp/443/https",
                "/dns4/example.net/tcp/80/http",
                "/ip4/93.184.216.34/tcp/4001"
            })
    void othersAreNotTakenFromStrangers(String address) {
        assertThat(HttpAddress.uri(Multiaddr.parse(address), false)).isNull();
    }

    @Test
    void aServerThatWasNamedIsTakenFromStrangersAtTheRootOfItsPathsAlone() {
        List<URI> named = List.of(URI.create("http://127.0.0.1:8080/path"), URI.create("HTTP://Router.local"));
        assertThat(HttpAddress.offered(Multiaddr.parse("/ip4/127.0.0.1/tcp/8080/http"), named))
                .isEqualTo(URI.create("http://127.0.0.1:8080"));
        assertThat(HttpAddress.offered(Multiaddr.parse("/dns4/router.local/tcp/80/http"), named))
                .isEqualTo(URI.create("http://router.local:80"));
        for (String other : List.of(
                "/ip4/127.0.0.1/tcp/8081/http",
                "/ip4/127.0.0.1/tcp/8080/https",
                "/ip4/127.0.0.2/tcp/8080/http",
                "/ip6/::ffff:127.0.0.1/tcp/8081/http",
                "/ip4/127.0.0.1/tcp/8080/http/http-path/admin",
                "/ip4/100.64.0.1/tcp/443/https",
                "/ip4/224.0.0.1/tcp/443/https",
                "/ip6/fe80::1/tcp/443/https",
                "/ip6/::ffff:10.0.0.1/tcp/443/https")) {
            assertThat(HttpAddress.offered(Multiaddr.parse(other), named))
                    .as(other)
                    .isNull();
        }
        assertThat(HttpAddress.offered(Multiaddr.parse("/dns4/example.net/tcp/443/https"), List.of()))
                .isEqualTo(URI.create("https://example.net:443"));
    }

    private List<InetAddress> addresses(URI server) throws IOException {
        return HttpAddress.addressesUnlessNear(server, names, Deadline.NONE, HttpAddress::isNear);
    }

    @ParameterizedTest
    @CsvSource({
        "https://public.example/, false",
        "https://private.example/, true",
        "https://loopback.example:8080/, true",
        "https://mixed.example/, true",
        "https://metadata.example/, true",
        "https://local6.example/, true",
        "https://mapped.example/, true",
        "https://127.0.0.1/, true",
        "https://93.184.216.34/, false",
        "https://[::1]/, true",
        "https://[2606:2800:220:1::1]/, false",
        "https://localhost/, true",
        "https://intranet/, true",
    })
    void namesAreNearIfOneOfTheirAddressesIs(URI url, boolean near) throws IOException {
        assertThat(addresses(url).isEmpty()).isEqualTo(near);
    }

    @Test
    void namesWithoutAddressesAreAnError() {
        assertThatThrownBy(() -> addresses(URI.create("https://nowhere.example")))
                .isInstanceOf(UnknownHostException.class);
    }

    @Test
    void aCallerOfPublicServersCallsNoOther() {
        for (String name : List.of("private.example", "mixed.example", "loopback.example")) {
            try (HttpClient caller = new JdkHttpClient(names, URI.create("https://" + name + ":1"), null, true)) {
                assertThatThrownBy(() -> caller.send(HttpRequest.of("GET", "/", Map.of()), soon(names)))
                        .isInstanceOf(HttpRequestException.class)
                        .hasMessageContaining("not public");
            }
        }
        assertThat(names.asked).as("at every call").hasSize(3);
    }

    @Test
    void aServerThatWasCheckedIsCalledWhereItWasFoundWhateverItsNameStandsForLater() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        List<String> hosts = new CopyOnWriteArrayList<>();
        server.createContext("/", exchange -> {
            hosts.add(exchange.getRequestHeaders().getFirst("Host"));
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        // loopback.example is known to this environment alone: the resolver of the JDK would find nothing
        URI url = URI.create("http://loopback.example:" + server.getAddress().getPort());
        try (HttpClient caller = new JdkHttpClient(names, url, null, address -> false)) {
            try (HttpClientResponse reply = caller.send(HttpRequest.of("GET", "/", Map.of()), soon(names))) {
                assertThat(reply.status()).isEqualTo(204);
            }
        } finally {
            server.stop(0);
        }
        assertThat(hosts).containsExactly(url.getRawAuthority());
        assertThat(names.asked).as("looked up once").hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"loopback.example, true", "other.example, false"})
    void theCertificateOfSuchAServerMustBeThatOfItsName(String certified, boolean taken) throws Exception {
        SSLContext context = context(certified);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(204, -1);
            exchange.close();
        });
        server.start();
        URI url = URI.create("https://loopback.example:" + server.getAddress().getPort());
        try (HttpClient caller = new JdkHttpClient(names, url, context, address -> false)) {
            if (taken) {
                try (HttpClientResponse reply = caller.send(HttpRequest.of("GET", "/", Map.of()), soon(names))) {
                    assertThat(reply.status()).isEqualTo(204);
                }
            } else {
                assertThatThrownBy(() -> caller.send(HttpRequest.of("GET", "/", Map.of()), soon(names)))
                        .isInstanceOf(HttpRequestException.class)
                        .hasMessageContaining("SSLHandshakeException");
            }
        } finally {
            server.stop(0);
        }
    }

    /** The key, certificate and trust of a server with a name. */
    private SSLContext context(String name) throws Exception {
        Path file = folder.resolve("store");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=dns:" + name,
                        "-alias",
                        "server",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isNotNull();
        assertThat(keytool.waitFor()).isZero();
        KeyStore store = KeyStore.getInstance(file.toFile(), PASSWORD.toCharArray());
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        trusted.setCertificateEntry("server", store.getCertificate("server"));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD.toCharArray());
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Deadline soon(Environment environment) {
        return Deadline.afterNanos(environment, 10_000_000_000L);
    }
}
