package libp2p.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import libp2p.core.environment.Deadline;
import libp2p.core.limits.LimitSet;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpRequestException;
import libp2p.http.HttpResponse;
import libp2p.http.client.JdkHttpClient;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Servers that send what was not asked for, and clients that drip, smuggle, and name hosts that are not. */
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

    private HttpServer serve(HttpServerLimits limits, HttpHandler handler) throws IOException {
        HttpServer server = HttpServer.start(LOOPBACK, null, handler, limits);
        open.add(server);
        return server;
    }

    private JdkHttpClient caller(HttpServer server) {
        JdkHttpClient caller = new JdkHttpClient(ENVIRONMENT, URI.create(server.url()), null);
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
        HttpServer server = serve(HttpServerLimits.DEFAULT, request -> {
            offered.add(request.headers().getOrDefault("accept-encoding", ""));
            return new HttpResponse(200, Map.of("Content-Encoding", "gzip"), bomb.length, out -> out.write(bomb));
        });
        assertThatThrownBy(() -> caller(server).send(HttpRequest.of("GET", "/", Map.of()), soon()))
                .isInstanceOf(HttpRequestException.class)
                .hasMessageContaining("which was not asked for");
        assertThat(offered).containsExactly("");
    }

    @Test
    void aRequestThatIsCompressedIsTakenAsItIs() throws IOException {
        byte[] bomb = bomb();
        List<Integer> sizes = new ArrayList<>();
        HttpServer server = serve(HttpServerLimits.DEFAULT, request -> {
            sizes.add(request.body().readAllBytes().length);
            return HttpResponse.of(200, Map.of(), "");
        });
        caller(server)
                .send(
                        HttpRequest.of("PUT", "/", Map.of("Content-Encoding", "gzip"))
                                .withBody(bomb),
                        soon())
                .close();
        assertThat(sizes).containsExactly(bomb.length);
    }

    @Test
    void aRedirectIsAnAnswerAndIsNotFollowed() throws IOException {
        List<String> paths = new ArrayList<>();
        HttpServer server = serve(HttpServerLimits.DEFAULT, request -> {
            paths.add(request.path());
            return HttpResponse.of(301, Map.of("Location", "http://127.0.0.1:1/admin"), "");
        });
        try (HttpClientResponse reply = caller(server).send(HttpRequest.of("GET", "/a", Map.of()), soon())) {
            assertThat(reply.status()).isEqualTo(301);
        }
        assertThat(paths).containsExactly("/a");
    }

    @Test
    void aBodyLongerThanTheLimitIsNotRead() throws IOException {
        List<Integer> read = new ArrayList<>();
        HttpServer server = serve(HttpServerLimits.DEFAULT, request -> {
            read.add(request.body().readAllBytes().length);
            return HttpResponse.of(200, Map.of(), "");
        });
        try (HttpClientResponse reply = caller(server)
                .send(
                        HttpRequest.of("PUT", "/", Map.of())
                                .withBody(new byte[HttpServerLimits.DEFAULT.bodyBytes() + 1]),
                        soon())) {
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
        HttpServer server = serve(HttpServerLimits.DEFAULT, request -> {
            paths.add(request.path());
            request.body().readAllBytes();
            return HttpResponse.of(200, Map.of(), "served");
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
        HttpServer server = serve(HttpServerLimits.DEFAULT, request -> {
            hosts.add(request.headers().get("host"));
            return HttpResponse.of(200, Map.of(), "served");
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
        HttpServer server = serve(HttpServerLimits.DEFAULT, request -> HttpResponse.of(200, Map.of(), "served"));
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

    /** A byte comes before the connection would be idle, again and again; before the first request or after one. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    @Timeout(60)
    void aHeadThatDripsEndsItsConnection(boolean isSecond) throws Exception {
        HttpServer server = serve(
                LimitSet.DEFAULT.with("http-server.idle", "500ms").get(HttpServerLimits.class),
                request -> HttpResponse.text(200, "here"));
        String start = "GET / HTTP/1.1\r\nHost: localhost\r\n";
        try (Socket socket = new Socket(server.address(), server.port())) {
            socket.setSoTimeout(100);
            OutputStream out = socket.getOutputStream();
            out.write((isSecond ? start + "\r\n" + start : start).getBytes(StandardCharsets.US_ASCII));
            boolean ended = false;
            while (!ended && !Thread.interrupted()) {
                try {
                    ended = socket.getInputStream().read() < 0;
                } catch (SocketTimeoutException nothingCame) {
                    ended = hasEnded(out);
                } catch (IOException reset) {
                    ended = true;
                }
            }
            assertThat(ended).isTrue();
        }
    }

    private static boolean hasEnded(OutputStream out) {
        try {
            out.write('x');
            return false;
        } catch (IOException gone) {
            return true;
        }
    }
}
