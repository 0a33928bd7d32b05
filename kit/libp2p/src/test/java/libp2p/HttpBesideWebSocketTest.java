package libp2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.core.testing.AnyCertificate;
import libp2p.http.HttpHandler;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.SwarmLimits;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Test;

/** Plain HTTP at the listener of WebSockets: what its requests are answered, and an application that serves them. */
class HttpBesideWebSocketTest {
    private static final WebSocketTransport.Options TRUSTING =
            WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure());

    /** Answers with what was asked, the body included. */
    private static libp2p.http.HttpResponse mirror(libp2p.http.HttpRequest request) throws IOException {
        String body = new String(request.body().readAllBytes(), US_ASCII);
        return libp2p.http.HttpResponse.of(200, Map.of(), request.method() + " " + request.target() + " " + body);
    }

    private static Host server(String suffix, HttpHandler fallback) throws IOException {
        WebSocketTransport.Options options = fallback == null ? TRUSTING : TRUSTING.withFallback(fallback);
        return Libp2p.host()
                .webSocket(options)
                .listen("/ip4/127.0.0.1/tcp/0" + suffix)
                .start();
    }

    private static URI uri(Host server, String path) {
        Multiaddr address = server.addresses().getFirst();
        String scheme = address.toString().contains("/tls") ? "https" : "http";
        return URI.create(scheme + "://127.0.0.1:" + address.port() + path);
    }

    private static HttpClient client() throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new AnyCertificate()}, null);
        return HttpClient.newBuilder().sslContext(context).build();
    }

    private static HttpResponse<String> send(HttpClient client, HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), BodyHandlers.ofString());
    }

    @Test
    void anApplicationsHandlerSharesTheListenerWithPeers() throws Exception {
        for (String suffix : List.of("/ws", "/tls/ws")) {
            try (Host server = server(suffix, HttpBesideWebSocketTest::mirror);
                    Host peer = Libp2p.host()
                            .webSocket(TRUSTING)
                            .limits(limits -> limits.with(
                                    SwarmLimits.class,
                                    swarm -> swarm.withDialing(dialing -> dialing.withLocalTimeout(dialing.timeout()))))
                            .start();
                    HttpClient client = client()) {
                PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
                assertThat(Ping.once(peer, address)).isPositive();
                assertThat(send(client, HttpRequest.newBuilder(uri(server, "/a?b")))
                                .body())
                        .isEqualTo("GET /a?b ");
                assertThat(send(
                                        client,
                                        HttpRequest.newBuilder(uri(server, "/c"))
                                                .POST(BodyPublishers.ofString("hello")))
                                .body())
                        .isEqualTo("POST /c hello");
                assertThat(send(
                                        client,
                                        HttpRequest.newBuilder(uri(server, "/d"))
                                                .method("HEAD", BodyPublishers.noBody()))
                                .body())
                        .isEmpty();
                assertThat(Ping.once(peer, address)).isPositive();
                assertThat(peer.connections()).hasSize(1);
            }
        }
    }

    @Test
    void aBodyThatIsTooLongOrMalformedIsRefusedByName() throws Exception {
        try (Host server = server("/ws", HttpBesideWebSocketTest::mirror)) {
            for (String length : List.of("1048577", "x")) {
                try (Socket socket =
                        new Socket("127.0.0.1", server.addresses().getFirst().port())) {
                    socket.getOutputStream()
                            .write(("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: " + length + "\r\n\r\n")
                                    .getBytes(US_ASCII));
                    assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                            .startsWith(length.equals("x") ? "HTTP/1.1 400 " : "HTTP/1.1 413 ");
                }
            }
        }
    }

    @Test
    void withoutAHandlerRequestsAreToldWhatThisIs() throws Exception {
        for (String suffix : List.of("/ws", "/tls/ws")) {
            try (Host server = server(suffix, null);
                    HttpClient client = client()) {
                for (HttpRequest.Builder request : List.of(
                        HttpRequest.newBuilder(uri(server, "/")),
                        HttpRequest.newBuilder(uri(server, "/x")).DELETE(),
                        HttpRequest.newBuilder(uri(server, "/")).POST(BodyPublishers.ofString("hello")))) {
                    HttpResponse<String> answer = send(client, request);
                    assertThat(answer.statusCode()).isEqualTo(404);
                    assertThat(answer.body()).startsWith("This is the WebSocket of a libp2p peer");
                }
            }
        }
    }

    @Test
    void headIsAnsweredWithoutABody() throws Exception {
        for (String suffix : List.of("/ws", "/tls/ws")) {
            try (Host server = server(suffix, null);
                    HttpClient client = client()) {
                HttpResponse<String> answer =
                        send(client, HttpRequest.newBuilder(uri(server, "/")).HEAD());
                assertThat(answer.statusCode()).isEqualTo(404);
                assertThat(answer.headers().firstValueAsLong("Content-Length")).isPresent();
                assertThat(answer.body()).isEmpty();
            }
        }
        try (Host server = server("/ws", null);
                Socket socket =
                        new Socket("127.0.0.1", server.addresses().getFirst().port())) {
            socket.getOutputStream().write("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII));
            assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                    .startsWith("HTTP/1.1 404 ")
                    .endsWith("\r\n\r\n");
        }
    }

    @Test
    void http2AndOlderVersionsAreRefusedByName() throws Exception {
        try (Host server = server("/ws", null)) {
            for (String first : List.of("GET / HTTP/1.0", "PRI * HTTP/2.0")) {
                try (Socket socket =
                        new Socket("127.0.0.1", server.addresses().getFirst().port())) {
                    socket.getOutputStream().write((first + "\r\nHost: a\r\n\r\n").getBytes(US_ASCII));
                    assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                            .startsWith("HTTP/1.1 505 HTTP Version Not Supported\r\n");
                }
            }
        }
    }

    @Test
    void aHandlerThatFailsOrHangsHoldsNothingForLong() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment there = simulation.host("server", "10.0.0.1");
            HttpHandler handler = request -> {
                if (request.path().equals("/fails")) {
                    throw new IllegalStateException("on purpose");
                }
                return libp2p.http.HttpResponse.bytes(
                        200, Map.of(), request.body().readAllBytes());
            };
            Host server = Libp2p.host()
                    .environment(there)
                    .webSocket(TRUSTING.withFallback(handler))
                    .listen("/ip4/10.0.0.1/tcp/4001/ws")
                    .start();
            Host peer = Libp2p.host()
                    .environment(simulation.host("peer", "10.0.0.2"))
                    .start();
            PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
            SimulatedEnvironment browser = simulation.host("browser", "10.0.0.3");
            for (String path : List.of("/fails", "/hangs")) {
                TcpChannel channel = browser.network()
                        .connectTcp(null, new java.net.InetSocketAddress("10.0.0.1", 4001), Deadline.NONE);
                String request = "POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n";
                channel.write(ByteBuffer.wrap(request.getBytes(US_ASCII)));
                Duration start = simulation.elapsed();
                assertThat(Ping.once(peer, address)).isPositive();
                assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
                channel.close();
                assertThat(simulation.elapsed().minus(start))
                        .isLessThanOrEqualTo(TRUSTING.limits().fallbackTimeout().plusSeconds(1));
            }
            peer.close();
            server.close();
            assertThat(server.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
        });
    }

    private static void pause(Simulation simulation) throws IOException {
        try {
            simulation.sleep(Duration.ofSeconds(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Test
    void workForARequestEndsWithItsTime() {
        Simulation.run(1, simulation -> {
            List<String> ends = new CopyOnWriteArrayList<>();
            SimulatedEnvironment there = simulation.host("server", "10.0.0.1");
            HttpHandler handler = request -> {
                Duration work = TRUSTING.limits().fallbackTimeout().multipliedBy(2);
                try {
                    for (Duration done = Duration.ZERO; done.compareTo(work) < 0; done = done.plusSeconds(1)) {
                        pause(simulation);
                        request.context().check();
                    }
                    ends.add("went on");
                } catch (IOException e) {
                    ends.add(e.getClass().getSimpleName());
                    throw e;
                }
                return libp2p.http.HttpResponse.text(200, "worked");
            };
            Host server = Libp2p.host()
                    .environment(there)
                    .webSocket(TRUSTING.withFallback(handler))
                    .listen("/ip4/10.0.0.1/tcp/4001/ws")
                    .start();
            SimulatedEnvironment browser = simulation.host("browser", "10.0.0.3");
            TcpChannel channel =
                    browser.network().connectTcp(null, new java.net.InetSocketAddress("10.0.0.1", 4001), Deadline.NONE);
            channel.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: a\r\n\r\n".getBytes(US_ASCII)));
            assertThat(channel.read(ByteBuffer.allocate(1))).isEqualTo(-1);
            channel.close();
            server.close();
            assertThat(ends).containsExactly("DeadlineExceededException");
        });
    }

    @Test
    void aRequestWithoutOneHostReachesNoHandler() throws Exception {
        try (Host server = server("/ws", HttpBesideWebSocketTest::mirror)) {
            for (String hosts : List.of("", "Host: a\r\nHost: b\r\n")) {
                try (Socket socket =
                        new Socket("127.0.0.1", server.addresses().getFirst().port())) {
                    socket.getOutputStream().write(("GET / HTTP/1.1\r\n" + hosts + "\r\n").getBytes(US_ASCII));
                    assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII))
                            .startsWith("HTTP/1.1 400 ");
                }
            }
        }
    }
}
