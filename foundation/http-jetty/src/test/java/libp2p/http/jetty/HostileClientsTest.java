package libp2p.http.jetty;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedOutputStream;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import libp2p.blocks.BlockStoreLimits;
import libp2p.blocks.MemoryBlockStore;
import libp2p.core.environment.Deadline;
import libp2p.core.host.PeerAddress;
import libp2p.core.protobuf.ProtobufWriter;
import libp2p.core.routing.ContentRouting;
import libp2p.core.routing.Results;
import libp2p.delegated.routing.RoutingLimits;
import libp2p.gateway.Gateway;
import libp2p.gateway.GatewayOptions;
import libp2p.gateway.routing.RoutingBackend;
import libp2p.gateway.routing.RoutingServer;
import libp2p.http.HttpClientResponse;
import libp2p.http.HttpHandler;
import libp2p.http.HttpRequest;
import libp2p.http.HttpResponse;
import libp2p.http.client.JdkHttpClient;
import libp2p.ipld.Block;
import libp2p.ipld.codec.DagPb;
import libp2p.ipld.codec.PbLink;
import libp2p.ipld.unixfs.FileImporter;
import libp2p.ipld.unixfs.ImportOptions;
import libp2p.multiformats.Cid;
import libp2p.multiformats.Multicodec;
import libp2p.system.SystemEnvironment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that take the memory and the places of others. */
@Timeout(120)
class HostileClientsTest {
    private static final InetSocketAddress LOOPBACK = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    private static final int BLOCK = 2 << 20;
    /** Streams of one connection: Jetty ends a connection of which it resets 128 in a second. */
    private static final int STREAMS = 100;

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable one : open.reversed()) {
            one.close();
        }
    }

    private HttpServer serve(HttpServerLimits limits, HttpHandler handler, CountDownLatch waits) throws IOException {
        AtomicLong time = new AtomicLong();
        HttpServer server = HttpServer.start(LOOPBACK, null, handler, limits, null, () -> {
            waits.countDown();
            return time.addAndGet(Duration.ofSeconds(2).toNanos());
        });
        open.add(server);
        return server;
    }

    private Socket connect(HttpServer server) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        open.add(socket);
        return socket;
    }

    private static int honest(HttpServer server) throws IOException {
        SystemEnvironment environment = SystemEnvironment.shared();
        try (JdkHttpClient client = new JdkHttpClient(environment, URI.create(server.url()), null);
                HttpClientResponse reply = client.send(
                        HttpRequest.of("GET", "/", Map.of()), Deadline.after(environment, Duration.ofSeconds(60)))) {
            reply.bytes("answer", BLOCK);
            return reply.status();
        }
    }

    private static void frame(DataOutputStream out, int type, int flags, int stream, byte[] payload)
            throws IOException {
        out.writeByte(0);
        out.writeShort(payload.length);
        out.writeByte(type);
        out.writeByte(flags);
        out.writeInt(stream);
        out.write(payload);
    }

    /** Asks over HTTP/2, and lets no byte of the answers come. */
    private void ask(HttpServer server, int streams) throws IOException {
        // in one write: the parser of Jetty 12.1.14 refuses some splits of a SETTINGS frame
        DataOutputStream out =
                new DataOutputStream(new BufferedOutputStream(connect(server).getOutputStream(), 1 << 16));
        out.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        frame(out, 4, 0, 0, new byte[] {0, 4, 0, 0, 0, 0}); // the first window is 0
        for (int i = 0; i < streams; i++) {
            // GET, http, /, and the authority "a"
            frame(out, 1, 5, 2 * i + 1, new byte[] {(byte) 0x82, (byte) 0x86, (byte) 0x84, 1, 1, 'a'});
        }
        out.flush();
    }

    /** Readers that take nothing of large files and archives, many times as many as there are places. */
    private void slowReaders(int readers) throws Exception {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        Cid file = new FileImporter(ImportOptions.V1_2025, store)
                .add(new ByteArrayInputStream(new byte[4 << 20]))
                .cid();
        Gateway gateway = new Gateway(store, GatewayOptions.DEFAULT);
        CountDownLatch asked = new CountDownLatch(readers);
        AtomicInteger turn = new AtomicInteger();
        String[] forms = {"", "?format=tar", "?format=car", "?format=raw"};
        HttpServer server = serve(
                HttpServerLimits.DEFAULT,
                request -> {
                    asked.countDown();
                    boolean honest = request.path().equals("/honest");
                    String form = honest ? "?format=raw" : forms[turn.getAndIncrement() % forms.length];
                    return gateway.handle(request.withTarget("/ipfs/" + file + form));
                },
                new CountDownLatch(0));
        for (int left = readers; left > 0; left -= STREAMS) {
            ask(server, Math.min(left, STREAMS));
        }
        asked.await();
        SystemEnvironment environment = SystemEnvironment.shared();
        try (JdkHttpClient client = new JdkHttpClient(environment, URI.create(server.url()), null);
                HttpClientResponse reply = client.send(
                        HttpRequest.of("GET", "/honest", Map.of()),
                        Deadline.after(environment, Duration.ofSeconds(60)))) {
            assertThat(reply.status()).isEqualTo(200);
            assertThat(reply.bytes("answer", BLOCK)).isEqualTo(store.get(file));
        }
    }

    @Test
    void slowReadersOfAGatewayLeaveRoomForOthers() throws Exception {
        slowReaders(1500); // there are 1,024 places
    }

    @Test
    @Tag("long")
    void tenThousandSlowReadersOfAGatewayLeaveRoomForOthers() throws Exception {
        slowReaders(10_000);
    }

    @Test
    void answersThatNoClientTakesLeaveMemoryForOthers() throws Exception {
        int most = (int) (Runtime.getRuntime().maxMemory() / BLOCK) + 16;
        CountDownLatch asked = new CountDownLatch(most);
        HttpServer server = serve(
                HttpServerLimits.DEFAULT,
                request -> {
                    asked.countDown();
                    return HttpResponse.bytes(200, "application/octet-stream", new byte[BLOCK]);
                },
                new CountDownLatch(0));
        for (int left = most; left > 0; left -= STREAMS) {
            ask(server, Math.min(left, STREAMS));
        }
        asked.await();
        assertThat(honest(server)).isEqualTo(200);
    }

    @Test
    void clientsThatTakeNothingLeavePlacesForOthers() throws Exception {
        CountDownLatch waits = new CountDownLatch(8);
        HttpServer server =
                serve(HttpServerLimits.DEFAULT.withRequests(8), request -> HttpResponse.text(200, "short"), waits);
        ask(server, 8);
        waits.await();
        assertThat(honest(server)).isEqualTo(200);
    }

    @Test
    void clientsThatSendBodiesOfWhichNothingComesLeavePlacesForOthers() throws Exception {
        CountDownLatch waits = new CountDownLatch(8);
        HttpServer server = serve(
                HttpServerLimits.DEFAULT.withRequests(8),
                request -> HttpResponse.text(200, "" + request.body().readAllBytes().length),
                waits);
        for (int i = 0; i < 8; i++) {
            // a body that is too long is taken before its refusal
            String request = "PUT / HTTP/1.1\r\nHost: a\r\nContent-Length: " + (i < 4 ? 1 : 2 << 20) + "\r\n\r\n";
            connect(server).getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
        }
        waits.await();
        assertThat(honest(server)).isEqualTo(200);
    }

    /** Of a client that reads as fast as it can, or asks for what takes long, no request waits for it. */
    @Test
    void requestsThatTakeLongLeavePlacesForOtherNetworks() throws Exception {
        int places = 8;
        CountDownLatch working = new CountDownLatch(places);
        CountDownLatch ended = new CountDownLatch(1);
        HttpServer server = serve(
                HttpServerLimits.DEFAULT.withRequests(places),
                request -> {
                    if (request.path().equals("/long")) {
                        CountDownLatch left = new CountDownLatch(1);
                        request.context().whenLeft(left::countDown);
                        working.countDown();
                        awaitEnd(left);
                        ended.countDown();
                        request.context().check();
                    }
                    return HttpResponse.text(200, "served");
                },
                new CountDownLatch(0));
        for (int i = 0; i < places; i++) {
            connect(server)
                    .getOutputStream()
                    .write("GET /long HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        }
        working.await();
        assertThat(statusFor(server, "127.0.0.1")).as("of the crowd itself").contains(" 429 ");
        for (int i = 0; i < 10; i++) {
            assertThat(statusFor(server, "127.0.1.1")).contains(" 200 ");
        }
        ended.await();
    }

    private static void awaitEnd(CountDownLatch end) throws IOException {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("interrupted");
        }
    }

    private String statusFor(HttpServer server, String from) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port(), InetAddress.ofLiteral(from), 0);
        open.add(socket);
        socket.getOutputStream()
                .write("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII)).readLine();
    }

    @Test
    void connectionsWithoutRequestsLeavePlacesForOthers() throws Exception {
        HttpServer server = serve(
                HttpServerLimits.DEFAULT.withConnections(8).withIdle(Duration.ofDays(1)),
                request -> HttpResponse.text(200, "served"),
                new CountDownLatch(0));
        for (int i = 0; i < 30; i++) {
            Socket socket = connect(server);
            if (i % 2 == 0) {
                socket.getOutputStream().write("GET / HTTP/1.1\r\n".getBytes(StandardCharsets.US_ASCII));
            }
        }
        for (int i = 0; i < 3; i++) {
            assertThat(honest(server)).isEqualTo(200);
        }
    }

    /** A file whose first bytes fill a buffer, before links to nothing that are held meanwhile. */
    @Test
    void filesOfManyLinksThatNoClientTakesLeaveMemoryForOthers() throws Exception {
        MemoryBlockStore store = new MemoryBlockStore(BlockStoreLimits.DEFAULT);
        Block leaf = Block.of(Multicodec.RAW, new byte[70_000]);
        store.put(leaf);
        List<PbLink> links = new ArrayList<>(List.of(new PbLink(leaf.cid(), "", 70_000)));
        ProtobufWriter node =
                new ProtobufWriter().uint64(1, 2).uint64(3, 70_000).uint64(4, 70_000);
        for (int i = 0; i < 40_000; i++) {
            links.add(new PbLink(Cid.parse("bafkqaaa"), "", 0));
            node.uint64(4, 0);
        }
        Block file = Block.of(Multicodec.DAG_PB, DagPb.write(links, node.toByteArray()));
        store.put(file);
        Gateway gateway = new Gateway(store, GatewayOptions.DEFAULT);
        int most = 24;
        CountDownLatch asked = new CountDownLatch(most);
        HttpServer server = serve(
                HttpServerLimits.DEFAULT,
                request -> {
                    asked.countDown();
                    return gateway.handle(request.withTarget("/ipfs/" + file.cid() + "?filename=x.bin"));
                },
                new CountDownLatch(0));
        for (int left = most; left > 0; left -= STREAMS) {
            ask(server, Math.min(left, STREAMS));
        }
        asked.await();
        assertThat(honest(server)).isEqualTo(200);
    }

    @Test
    void searchesThatFindNothingLeavePlacesForContent() throws Exception {
        CountDownLatch end = new CountDownLatch(1);
        CountDownLatch asked = new CountDownLatch(100);
        RoutingBackend nowhere = RoutingBackend.over(new Nowhere(end), (peer, deadline) -> List.of(), null);
        RoutingServer routing = new RoutingServer(SystemEnvironment.shared(), nowhere, RoutingLimits.DEFAULT);
        HttpServer server = serve(
                HttpServerLimits.DEFAULT.withRequests(100),
                request -> {
                    if (request.path().equals("/")) {
                        return HttpResponse.text(200, "content");
                    }
                    asked.countDown();
                    return routing.handle(request);
                },
                new CountDownLatch(0));
        for (int i = 0; i < 100; i++) {
            connect(server)
                    .getOutputStream()
                    .write(("GET /routing/v1/providers/bafkreidtpzw2652scycpysbkvepix3mmi72icxdcjzq6jhcf5s5vqmxxba"
                                    + " HTTP/1.1\r\nHost: a\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
        }
        asked.await();
        assertThat(honest(server)).isEqualTo(200);
        end.countDown();
    }

    /** Content that is looked for and not found. */
    private record Nowhere(CountDownLatch end) implements ContentRouting {
        @Override
        public Results<PeerAddress> findProviders(Cid cid, Deadline deadline) {
            return new Results<>() {
                @Override
                public PeerAddress next() throws IOException {
                    try {
                        end.await();
                    } catch (InterruptedException e) {
                        throw new IOException(e);
                    }
                    return null;
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void provide(Cid cid, Deadline deadline) {
            throw new UnsupportedOperationException();
        }
    }

    private static String fields(int count) {
        return "GET / HTTP/1.1\r\nHost: a\r\n" + "a:\r\n".repeat(count);
    }

    @Test
    void headsThatNeverEndShareTheirMemory() throws Exception {
        HttpServer server = serve(
                HttpServerLimits.DEFAULT.withIdle(Duration.ofDays(1)),
                request -> HttpResponse.text(200, "served"),
                new CountDownLatch(0));
        byte[] head = fields(4000).getBytes(StandardCharsets.US_ASCII);
        int connections = 300;
        CountDownLatch ended = new CountDownLatch(connections - (2 << 20) / head.length);
        for (int i = 0; i < connections; i++) {
            Socket socket = connect(server);
            Thread.ofVirtual().start(() -> {
                try {
                    socket.getOutputStream().write(head);
                    socket.getInputStream().read();
                } catch (IOException reset) {
                    // as good as an end
                }
                ended.countDown();
            });
        }
        ended.await();
        assertThat(honest(server)).isEqualTo(200);
    }

    @Test
    void aHeadOfMoreThanAHundredFieldsIsRefused() throws Exception {
        HttpServer server =
                serve(HttpServerLimits.DEFAULT, request -> HttpResponse.text(200, "served"), new CountDownLatch(0));
        for (int count : List.of(99, 100)) {
            Socket socket = connect(server);
            socket.getOutputStream()
                    .write((fields(count - 1) + "Connection: close\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                    .startsWith(count == 99 ? "HTTP/1.1 200 " : "HTTP/1.1 431 ");
        }
    }
}
