package libp2p.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.system.SystemEnvironment;
import libp2p.exchange.gateway.GatewayResponse;
import libp2p.exchange.gateway.HttpHandler;
import libp2p.exchange.http.HttpException;
import libp2p.exchange.http.HttpReply;
import libp2p.exchange.http.JdkHttpCaller;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that send what nobody asked for, and clients that drip, smuggle, and name hosts that are not. */
class HostileHttpTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private HttpServer serve(GatewayLimits limits, HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.start(LOOPBACK, null, handler, limits);
        open.add(server);
        return server;
    }

    private JdkHttpCaller caller(HttpServer server) {
        JdkHttpCaller caller = new JdkHttpCaller(ENVIRONMENT, URI.create(server.url()), null);
        open.add(caller);
        return caller;
    }

    private static Deadline soon() {
        return Deadline.after(ENVIRONMENT, Duration.ofSeconds(60));
    }

    private static byte[] bomb() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
            gzip.write(new byte[10_000_000]);
        }
        return out.toByteArray();
    }

    @Test
    void anAnswerThatIsCompressedIsRefusedAndNotUnpacked() throws IOException {
        byte[] bomb = bomb();
        List<String> offered = new ArrayList<>();
        HttpServer server = serve(GatewayLimits.DEFAULT, (request, body) -> {
            offered.add(request.headers().getOrDefault("accept-encoding", ""));
            return new GatewayResponse(200, Map.of("Content-Encoding", "gzip"), bomb.length, out -> out.write(bomb));
        });
        assertThatThrownBy(() -> caller(server).call("GET", "/", Map.of(), null, soon()))
                .isInstanceOf(HttpException.class)
                .hasMessageContaining("which nobody asked for");
        assertThat(offered).containsExactly("");
    }

    @Test
    void aRequestThatIsCompressedIsTakenAsItIs() throws IOException {
        byte[] bomb = bomb();
        List<Integer> sizes = new ArrayList<>();
        HttpServer server = serve(GatewayLimits.DEFAULT, (request, body) -> {
            sizes.add(body.readAllBytes().length);
            return GatewayResponse.of(200, Map.of(), "");
        });
        caller(server)
                .call("PUT", "/", Map.of("Content-Encoding", "gzip"), bomb, soon())
                .close();
        assertThat(sizes).containsExactly(bomb.length);
    }

    @Test
    void aRedirectIsAnAnswerAndIsNotFollowed() throws IOException {
        List<String> paths = new ArrayList<>();
        HttpServer server = serve(GatewayLimits.DEFAULT, (request, body) -> {
            paths.add(request.path());
            return GatewayResponse.of(301, Map.of("Location", "http://127.0.0.1:1/admin"), "");
        });
        try (HttpReply reply = caller(server).call("GET", "/a", Map.of(), null, soon())) {
            assertThat(reply.status()).isEqualTo(301);
        }
        assertThat(paths).containsExactly("/a");
    }

    @Test
    void aBodyLongerThanTheLimitIsNotRead() throws IOException {
        List<Integer> read = new ArrayList<>();
        HttpServer server = serve(GatewayLimits.DEFAULT, (request, body) -> {
            read.add(body.readAllBytes().length);
            return GatewayResponse.of(200, Map.of(), "");
        });
        try (HttpReply reply =
                caller(server).call("PUT", "/", Map.of(), new byte[GatewayLimits.DEFAULT.bodyBytes() + 1], soon())) {
            assertThat(reply.status()).isEqualTo(413);
        }
        assertThat(read).isEmpty();
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /**
     * Every request but the last is read in two ways by careless readers; what follows must not be served as another
     * request.
     */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Content-Length: 4\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "0\r\n\r\n"
                        + "GET /x HTTP/1.1\r\n"
                        + "Host: a\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Content-Length: 0\r\n"
                        + "Content-Length: 40\r\n\r\n"
                        + "GET /x HTTP/1.1\r\n"
                        + "Host: a\r\n\r\n",
                "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +0\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Transfer-Encoding: chunked, identity\r\n\r\n"
                        + "0\r\n\r\n"
                        + "GET /x HTTP/1.1\r\n"
                        + "Host: a\r\n\r\n",
                "POST / HTTP/1.1\r\n"
                        + "Host: a\r\n"
                        + "Transfer-Encoding: chunked\r\n\r\n"
                        + "zz\r\n\r\n"
                        + "GET /x HTTP/1.1\r\n"
                        + "Host: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nX: y\r\n folded\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\nGET /x HTTP/1.1\r\nHost: a\r\n\r\n",
            })
    void nothingIsSmuggledBehindARequest(String text) throws Exception {
        List<String> paths = new ArrayList<>();
        HttpServer server = serve(GatewayLimits.DEFAULT, (request, body) -> {
            paths.add(request.path());
            body.readAllBytes();
            return GatewayResponse.of(200, Map.of(), "served");
        });
        assertThat(answer(server, text)).startsWith("HTTP/1.1 4").containsOnlyOnce("HTTP/1.1");
        assertThat(paths).doesNotContain("/x");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"a b", "a/b", "a@b", "a?b", "a#b", "[::1", "a:b", "a:99999", "\u00e9.example", "a\u0000b", "LONG"
            })
    void hostsThatAreNoHostsAreRefused(String host) throws Exception {
        List<String> hosts = new ArrayList<>();
        HttpServer server = serve(GatewayLimits.DEFAULT, (request, body) -> {
            hosts.add(request.headers().get("host"));
            return GatewayResponse.of(200, Map.of(), "served");
        });
        String said = answer(
                server,
                "GET / HTTP/1.1\r\nHost: " + host.replace("LONG", "x".repeat(20_000))
                        + "\r\nConnection: close\r\n\r\n");
        assertThat(said).startsWith("HTTP/1.1 4");
        assertThat(hosts).isEmpty();
    }

    @Test
    void aTargetThatNamesAnotherHostIsRefused() throws IOException {
        HttpServer server =
                serve(GatewayLimits.DEFAULT, (request, body) -> GatewayResponse.of(200, Map.of(), "served"));
        assertThat(answer(server, "GET http://b/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"))
                .startsWith("HTTP/1.1 400")
                .doesNotContain("served");
    }

    private static String answer(HttpServer server, String text) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            write(socket, text);
            socket.shutdownOutput();
            StringBuilder said = new StringBuilder();
            InputStream in = socket.getInputStream();
            try {
                for (int b = in.read(); b >= 0; b = in.read()) {
                    said.append((char) b);
                }
            } catch (IOException reset) {
                return said.toString();
            }
            return said.toString();
        }
    }
}
