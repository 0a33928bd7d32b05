package libp2p.node.control;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import libp2p.core.environment.Deadline;
import libp2p.http.ClientGoneException;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpLimits;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.ipld.BlockNotFoundException;
import libp2p.ipld.Node;
import libp2p.multiformats.Cid;
import libp2p.node.host.RefusedByNode;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class UnixHttpServerTest {
    private static final SystemEnvironment ENVIRONMENT = SystemEnvironment.shared();

    @TempDir
    Path folder;

    private Path socket() {
        return folder.resolve("control").resolve("socket");
    }

    private UnixHttpServer serve(HttpHandler handler) throws IOException {
        return UnixHttpServer.start(ENVIRONMENT, socket(), handler, HttpLimits.DEFAULT, ServerSocketChannel::accept);
    }

    private String post(String target, byte[] body) throws IOException {
        UnixHttpClient client = new UnixHttpClient(ENVIRONMENT, socket());
        try (HttpClientResponse response =
                client.send(HttpRequest.of("POST", target, Map.of()).withBody(body), Deadline.NONE)) {
            return response.status() + " " + new String(response.bytes("answer", 1 << 20), UTF_8);
        }
    }

    private SocketChannel connected() throws IOException {
        return SocketChannel.open(UnixDomainSocketAddress.of(socket()));
    }

    private static void say(SocketChannel channel, String text) throws IOException {
        channel.write(ByteBuffer.wrap(text.getBytes(UTF_8)));
    }

    private static String all(SocketChannel channel) throws IOException {
        return new String(Channels.newInputStream(channel).readAllBytes(), UTF_8);
    }

    private static HttpResponse echo(HttpRequest request) throws IOException {
        return HttpResponse.of(
                200,
                Map.of(),
                request.target() + " " + new String(request.body().readAllBytes(), UTF_8));
    }

    @Test
    void aRequestAndItsBodyAreAnswered() throws Exception {
        try (UnixHttpServer server = serve(UnixHttpServerTest::echo)) {
            assertThat(post("/a?b=c", "hello".getBytes(UTF_8))).isEqualTo("200 /a?b=c hello");
            assertThat(post("/", new byte[0])).isEqualTo("200 / ");
            server.close();
            assertThat(socket()).doesNotExist();
        }
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The control of commands of our own, at one path. */
    private UnixHttpServer serveCommand(Operation operation) throws IOException {
        return serve(new ControlHandler(Map.of("/api/v0/do", operation)));
    }

    private ControlClient client() throws IOException {
        return ControlClient.running(ENVIRONMENT, folder).orElseThrow();
    }

    @Test
    void aCommandThatFailsAfterItsAnswerHasBegunIsToldBehindIt() throws Exception {
        Operation fails = request -> Responses.lines(lines -> {
            lines.line(Map.of("Name", "first"));
            throw new BlockNotFoundException(Cid.parse("bafkqaaa"), "it is gone, für immer");
        });
        List<String> heard = new ArrayList<>();
        try (UnixHttpServer server = serveCommand(fails)) {
            assertThat(server).isNotNull();
            assertThatThrownBy(() -> client().lines("/api/v0/do", new Query(), line -> heard.add(line.toString())))
                    .isInstanceOf(RefusedByNode.class)
                    .hasMessageContaining("it is gone, für immer");
            assertThat(heard).hasSize(1);
            try (SocketChannel channel = connected()) {
                say(channel, "POST /api/v0/do HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                assertThat(all(channel)).startsWith("HTTP/1.1 200 ").contains("\r\nX-Stream-Error: block bafkqaaa");
            }
        }
    }

    @Test
    void aLongMessageBehindAnAnswerIsCutAndNotTheAnswer() throws Exception {
        Operation fails = request -> Responses.lines(lines -> {
            lines.line(Map.of("Name", "first"));
            throw new IOException("字".repeat(100_000));
        });
        try (UnixHttpServer server = serveCommand(fails)) {
            assertThat(server).isNotNull();
            assertThatThrownBy(() -> client().lines("/api/v0/do", new Query(), line -> {}))
                    .isInstanceOf(RefusedByNode.class)
                    .hasMessageStartingWith("字字");
        }
    }

    @Test
    void aCommandThatFailsBeforeItsAnswerIsAnError() throws Exception {
        Operation fails = request -> Responses.bytes("text/plain", out -> {
            throw new IllegalArgumentException("no such thing");
        });
        try (UnixHttpServer server = serveCommand(fails)) {
            assertThat(server).isNotNull();
            assertThat(post("/api/v0/do", new byte[0]))
                    .startsWith("400 {\"Message\":\"no such thing\"")
                    .contains("\"ExitCode\":2");
        }
    }

    @Test
    void aCommandEndsWhenItsTimeIsOver() throws Exception {
        Operation waits = request -> {
            CountDownLatch left = new CountDownLatch(1);
            request.context().whenLeft(left::countDown);
            awaited(left);
            throw new IOException("the fetch was ended");
        };
        try (UnixHttpServer server = serveCommand(waits)) {
            assertThat(server).isNotNull();
            assertThatThrownBy(() -> client().ask("/api/v0/do", new Query().option("timeout", "10ms")))
                    .hasMessageContaining("the command took more than 10 ms");
            assertThatThrownBy(() -> client().ask("/api/v0/do", new Query().option("timeout", "soon")))
                    .hasMessageContaining("the option timeout is for example");
        }
    }

    @Test
    void aBodyMayBeLongAndIsAnsweredWhileItComes() throws Exception {
        Operation counts = request -> Responses.lines(lines -> {
            byte[] piece = new byte[1 << 16];
            long sum = 0;
            for (int count = request.body().read(piece);
                    count >= 0;
                    count = request.body().read(piece)) {
                sum += count;
                lines.line(Map.of("Bytes", sum));
            }
        });
        byte[] bytes = new byte[32 << 20];
        try (UnixHttpServer server = serveCommand(counts)) {
            assertThat(server).isNotNull();
            long[] last = new long[1];
            client().lines(
                            "/api/v0/do",
                            new Query(),
                            MultipartBody.of(SystemEnvironment.shared(), new ByteArrayInputStream(bytes)),
                            line -> last[0] =
                                    ((Node.Int) line.get("Bytes")).value().longValue());
            assertThat(last[0]).isGreaterThan(bytes.length);
        }
    }

    @Test
    void aFileThatCannotBeReadEndsTheCommandAndSaysWhy() throws Exception {
        CompletableFuture<Throwable> heard = new CompletableFuture<>();
        Operation reads = request -> {
            try {
                request.body().readAllBytes();
                heard.complete(new AssertionError("the body was taken for whole"));
            } catch (IOException cut) {
                heard.complete(cut);
            }
            return Responses.object(Map.of());
        };
        InputStream broken = new InputStream() {
            private int left = 100_000;

            @Override
            public int read() throws IOException {
                if (left == 0) {
                    throw new IOException("the disk is broken");
                }
                left--;
                return 'x';
            }
        };
        try (UnixHttpServer server = serveCommand(reads)) {
            assertThat(server).isNotNull();
            assertThatThrownBy(() -> client().lines(
                                    "/api/v0/do",
                                    new Query(),
                                    MultipartBody.of(SystemEnvironment.shared(), broken),
                                    line -> {}))
                    .hasMessage("the disk is broken");
            assertThat(heard.get()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aSilentCommandEndsWhenItsClientGoesAway() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CompletableFuture<String> ended = new CompletableFuture<>();
        HttpHandler waits = request -> {
            CountDownLatch left = new CountDownLatch(1);
            request.context().whenLeft(left::countDown);
            begun.countDown();
            awaited(left);
            try {
                request.context().check();
                ended.complete("the client is there");
            } catch (ClientGoneException gone) {
                ended.complete("the client has left");
            }
            return HttpResponse.text(200, "late");
        };
        try (UnixHttpServer server = serve(waits)) {
            assertThat(server).isNotNull();
            try (SocketChannel client = connected()) {
                say(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n");
                begun.await();
            }
            assertThat(ended.get()).isEqualTo("the client has left");
        }
    }

    @Test
    void aCommandWhoseBodyWasReadEndsWhenItsClientGoesAway() throws Exception {
        CountDownLatch read = new CountDownLatch(1);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        HttpHandler waits = request -> {
            request.body().readAllBytes();
            read.countDown();
            request.context().whenLeft(() -> ended.complete(true));
            return HttpResponse.text(200, ended.join() ? "late" : "early");
        };
        try (UnixHttpServer server = serve(waits)) {
            assertThat(server).isNotNull();
            try (SocketChannel client = connected()) {
                say(client, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\nok");
                read.await();
            }
            assertThat(ended.get()).isTrue();
        }
    }

    @Test
    void whatIsNoHttpIsRefusedAndOthersAreServed() throws Exception {
        try (UnixHttpServer server = serve(UnixHttpServerTest::echo)) {
            assertThat(server).isNotNull();
            for (String wrong : List.of(
                    "dance\r\n\r\n",
                    "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                    "POST / HTTP/1.1\r\nX: " + "y".repeat(1 << 20) + "\r\n\r\n")) {
                try (SocketChannel channel = connected()) {
                    try {
                        say(channel, wrong);
                    } catch (IOException answered) {
                        // before it had said all
                    }
                    assertThat(all(channel)).startsWith("HTTP/1.1 4");
                }
            }
            assertThat(post("/", new byte[0])).isEqualTo("200 / ");
        }
    }

    @Test
    void moreRequestsThanThereArePlacesAreToldSo() throws Exception {
        List<SocketChannel> silent = new ArrayList<>();
        try (UnixHttpServer server = serve(UnixHttpServerTest::echo)) {
            assertThat(server).isNotNull();
            for (int i = 0; i < 256; i++) {
                silent.add(connected());
            }
            try (SocketChannel another = connected()) {
                assertThat(all(another)).startsWith("HTTP/1.1 503").contains("256 commands are under way");
            }
        } finally {
            for (SocketChannel channel : silent) {
                channel.close();
            }
        }
    }

    @Test
    void anAcceptThatFailsEndsNothing() throws Exception {
        AtomicInteger accepts = new AtomicInteger();
        try (UnixHttpServer server =
                UnixHttpServer.start(ENVIRONMENT, socket(), UnixHttpServerTest::echo, HttpLimits.DEFAULT, listener -> {
                    if (accepts.getAndIncrement() == 0) {
                        throw new IOException("Too many open files");
                    }
                    return listener.accept();
                })) {
            assertThat(server).isNotNull();
            assertThat(post("/", new byte[0])).isEqualTo("200 / ");
        }
        assertThat(accepts.get()).isGreaterThan(1);
    }

    @Test
    void aPathThatTheSystemDoesNotTakeIsToldWithTheCure() {
        folder = folder.resolve("d".repeat(120));
        assertThatThrownBy(() -> serve(UnixHttpServerTest::echo))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("bytes, and the system takes about 107")
                .hasMessageContaining("choose a shorter data directory");
    }
}
