package libp2p.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.testing.AnyCertificate;
import libp2p.gateway.Gateway;
import libp2p.gateway.GatewayOptions;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.system.SystemEnvironment;
import libp2p.transports.websocket.tls.CertificateSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway over real sockets. */
class HttpServerTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final byte[] DATA = new byte[3_000_000];

    static {
        new Random(1).nextBytes(DATA);
    }

    private final MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
    private final List<AutoCloseable> open = new ArrayList<>();
    private Cid file;

    @BeforeEach
    void add() throws IOException {
        file = new FileImporter(ImportOptions.V1_2025, store)
                .add(new ByteArrayInputStream(DATA))
                .cid();
    }

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private HttpServer serve(boolean tls, HttpServerLimits limits) throws IOException {
        Gateway gateway = new Gateway(store, GatewayOptions.DEFAULT);
        SSLContext context = tls
                ? CertificateSource.selfSigned(SystemEnvironment.shared(), "localhost")
                        .current(SystemEnvironment.shared())
                : null;
        HttpServer server = HttpServer.start(LOOPBACK, context, request -> gateway.handle(request), limits);
        open.add(server);
        return server;
    }

    private HttpClient client(HttpClient.Version version) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
        HttpClient client =
                HttpClient.newBuilder().sslContext(context).version(version).build();
        open.add(client);
        return client;
    }

    private static HttpRequest request(HttpServer server, String path) {
        return HttpRequest.newBuilder(URI.create(server.url() + path)).build();
    }

    @Test
    void aDialerThatOffersHttp2ByAlpnGetsIt() throws Exception {
        HttpServer server = serve(true, HttpServerLimits.DEFAULT);
        HttpClient client = client(HttpClient.Version.HTTP_2);
        HttpResponse<byte[]> response =
                client.send(request(server, "/ipfs/" + file), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.version()).isEqualTo(HttpClient.Version.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo(DATA);
        HttpResponse<byte[]> old = client(HttpClient.Version.HTTP_1_1)
                .send(request(server, "/ipfs/" + file), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(old.version()).isEqualTo(HttpClient.Version.HTTP_1_1);
        assertThat(old.body()).isEqualTo(DATA);
    }

    @Test
    void clearTextSpeaksHttp1() throws Exception {
        HttpServer server = serve(false, HttpServerLimits.DEFAULT);
        HttpResponse<byte[]> response = client(HttpClient.Version.HTTP_1_1)
                .send(request(server, "/ipfs/" + file + "?format=car"), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body().length).isGreaterThan(DATA.length);
    }

    @Test
    void aBodyThatCannotBeFinishedIsNotTakenForWhole() throws Exception {
        for (boolean tls : new boolean[] {false, true}) {
            SSLContext context = tls
                    ? CertificateSource.selfSigned(SystemEnvironment.shared(), "localhost")
                            .current(SystemEnvironment.shared())
                    : null;
            HttpServer server = HttpServer.start(
                    LOOPBACK,
                    context,
                    request -> new libp2p.http.HttpResponse(200, java.util.Map.of(), -1, out -> {
                        out.write(new byte[200_000]);
                        throw new IOException("gone");
                    }),
                    HttpServerLimits.DEFAULT);
            open.add(server);
            HttpClient client = client(tls ? HttpClient.Version.HTTP_2 : HttpClient.Version.HTTP_1_1);
            assertThatThrownBy(() -> client.send(request(server, "/"), HttpResponse.BodyHandlers.ofByteArray()))
                    .isInstanceOf(IOException.class);
        }
    }

    @Test
    void moreRequestsThanTheLimitAreToldToComeAgain() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        HttpServer server = HttpServer.start(
                LOOPBACK,
                null,
                request -> {
                    inside.countDown();
                    awaitQuietly(release);
                    return new libp2p.http.HttpResponse(200, java.util.Map.of(), 0, out -> {});
                },
                HttpServerLimits.DEFAULT.withRequests(1));
        open.add(server);
        HttpClient client = client(HttpClient.Version.HTTP_1_1);
        CompletableFuture<HttpResponse<String>> first =
                client.sendAsync(request(server, "/"), HttpResponse.BodyHandlers.ofString());
        inside.await();
        HttpResponse<String> second = client.send(request(server, "/"), HttpResponse.BodyHandlers.ofString());
        release.countDown();
        assertThat(second.statusCode()).isEqualTo(429);
        assertThat(second.headers().firstValue("retry-after")).contains("60");
        assertThat(first.get().statusCode()).isEqualTo(200);
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ipfs/CID HTTP/1.1\r\n\r\n",
                "GET /ipfs/CID HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
                "GET /ipfs/CID HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nxx",
                "GET /ipfs/CID HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                "GET /ipfs/CID\r\n\r\n",
                "CONNECT elsewhere.example:443 HTTP/1.1\r\nHost: elsewhere.example:443\r\n\r\n",
                "GET /ipfs/\u0000 HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /ipfs/CID HTTP/1.1\r\nHost : a\r\n\r\n",
                "GET /ipfs/CID HTTP/1.1\r\nHost: a\r\nX: HUGE\r\n\r\n",
                "GET /ipfs/CID/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /ipfs/CID/../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n",
            })
    void requestsThatAreNotMeantWellAreRefused(String text) throws Exception {
        HttpServer server = serve(false, HttpServerLimits.DEFAULT);
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String bytes = text.replace("CID", file.toString()).replace("HUGE", "x".repeat(40_000));
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
            socket.shutdownOutput();
            String answer = read(socket.getInputStream());
            assertThat(answer)
                    .satisfiesAnyOf(
                            said -> assertThat(said).matches("(?s)HTTP/1\\.[01] (400|404|405|414|431|505) .*"),
                            said -> assertThat(said).isEmpty());
        }
        HttpResponse<byte[]> after = client(HttpClient.Version.HTTP_1_1)
                .send(request(server, "/ipfs/" + file), HttpResponse.BodyHandlers.ofByteArray());
        assertThat(after.body()).isEqualTo(DATA);
    }

    private static String read(InputStream in) {
        StringBuilder text = new StringBuilder();
        try {
            for (int b = in.read(); b >= 0; b = in.read()) {
                text.append((char) b);
            }
        } catch (IOException reset) {
            return text.toString();
        }
        return text.toString();
    }

    @Test
    void aRequestThatNeverEndsIsEnded() throws Exception {
        HttpServer server = serve(false, HttpServerLimits.DEFAULT.withIdle(Duration.ofMillis(200)));
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.getOutputStream().write("GET /ipfs/".getBytes(StandardCharsets.ISO_8859_1));
            assertThat(read(socket.getInputStream()))
                    .satisfiesAnyOf(
                            said -> assertThat(said).isEmpty(),
                            said -> assertThat(said).contains("408"));
        }
    }
}
