package libp2p.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
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
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.failure.DeadlineExceededException;
import libp2p.core.testing.AnyCertificate;
import libp2p.core.testing.ContentBombs;
import libp2p.gateway.Gateway;
import libp2p.gateway.GatewayOptions;
import libp2p.http.ClientGoneException;
import libp2p.ipld.Block;
import libp2p.ipld.traversal.Budget;
import libp2p.multiformats.Cid;
import libp2p.system.SystemEnvironment;
import libp2p.transports.websocket.tls.CertificateSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work for an answer ends when its client has left, and when it takes too long. */
class LeavingClientsTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final CountDownLatch working = new CountDownLatch(1);
    private final CompletableFuture<IOException> ended = new CompletableFuture<>();

    /** Works until it is told to end. */
    private libp2p.http.HttpResponse work(libp2p.http.HttpRequest request) throws IOException {
        working.countDown();
        try {
            while (true) {
                request.context().check();
            }
        } catch (IOException e) {
            ended.complete(e);
            throw e;
        }
    }

    private static HttpClient client() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AnyCertificate()}, new SecureRandom());
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    @Test
    void aStreamOfHttp2ThatIsResetEndsTheWorkForIt() throws Exception {
        SSLContext context = CertificateSource.selfSigned(SystemEnvironment.shared(), "localhost")
                .current(SystemEnvironment.shared());
        try (HttpServer server =
                        HttpServer.start(LOOPBACK, context, request -> work(request), HttpServerLimits.DEFAULT);
                HttpClient client = client()) {
            CompletableFuture<HttpResponse<String>> asked = client.sendAsync(
                    HttpRequest.newBuilder(URI.create(server.url() + "/")).build(),
                    HttpResponse.BodyHandlers.ofString());
            working.await();
            asked.cancel(true);
            assertThat(ended.get()).isInstanceOf(ClientGoneException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aConnectionOfHttp1OnWhichNothingMovesEndsTheWorkForItsRequest(boolean abruptly) throws Exception {
        HttpServerLimits limits = HttpServerLimits.DEFAULT.withIdle(Duration.ofSeconds(2));
        try (HttpServer server = HttpServer.start(LOOPBACK, null, request -> work(request), limits)) {
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream()
                        .write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                working.await();
                if (abruptly) {
                    socket.setSoLinger(true, 0);
                }
            }
            assertThat(ended.get()).isInstanceOf(ClientGoneException.class);
        }
    }

    @Test
    void workWithoutAByteForTheClientEndsAfterItsTime() throws Exception {
        HttpServerLimits limits = HttpServerLimits.DEFAULT.withSilence(Duration.ofMillis(100));
        try (HttpServer server = HttpServer.start(LOOPBACK, null, request -> work(request), limits);
                HttpClient client = client()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(server.url() + "/")).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(504);
            assertThat(ended.get()).isInstanceOf(DeadlineExceededException.class);
        }
    }

    @Test
    void aFileOfVeryManyWaysToOneByteEndsWithTheTimeForItsSilence() throws Exception {
        ContentBombs.Bomb bomb = ContentBombs.file(40);
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        for (Map.Entry<Cid, byte[]> block : bomb.blocks().entrySet()) {
            store.put(Block.trusted(block.getKey(), block.getValue()));
        }
        Gateway gateway = new Gateway(store, GatewayOptions.DEFAULT.withBudget(Budget.OWN));
        HttpServerLimits limits = HttpServerLimits.DEFAULT.withSilence(Duration.ofMillis(100));
        try (HttpServer server = HttpServer.start(LOOPBACK, null, request -> gateway.handle(request), limits);
                HttpClient client = client()) {
            URI uri = URI.create(server.url() + "/ipfs/" + bomb.root() + "?format=car&dag-scope=entity");
            HttpRequest request = HttpRequest.newBuilder(uri).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofByteArray())
                            .statusCode())
                    .isEqualTo(504);
        }
    }
}
