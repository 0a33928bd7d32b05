package libp2p.node;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import libp2p.HostBuilder;
import libp2p.Libp2p;
import libp2p.core.environment.Deadline;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.metrics.MetricsLimits;
import libp2p.nat.Nat;
import libp2p.protocols.ping.Ping;
import libp2p.pubsub.GossipSub;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MetricsServerTest {
    private Host host;
    private Host client;
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        HostBuilder builder = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0");
        server = MetricsServer.install(
                builder,
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of("Node.example"),
                MetricsLimits.DEFAULT);
        host = builder.start();
        client = Libp2p.host().start();
        Ping.once(client, PeerAddress.of(host.peerId(), host.addresses()));
    }

    @AfterEach
    void close() {
        client.close();
        host.close();
    }

    private HttpURLConnection request(String path) throws IOException {
        return (HttpURLConnection) URI.create(server.url() + path).toURL().openConnection();
    }

    private String get(String path) throws IOException {
        try (InputStream body = request(path).getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void prometheusCanScrapeTheNode() throws IOException {
        assertThat(get("/metrics"))
                .contains("# TYPE libp2p_swarm_connections_opened_total counter")
                .contains("libp2p_swarm_connections 1.0")
                .contains("libp2p_protocol_bandwidth_bytes_total{dir=\"inbound\",protocol=\"/ipfs/ping\"} 32.0")
                .contains("libp2p_rcmgr_used{resource=\"connectionsInbound\",scope=\"system\"} 1.0");
    }

    @Test
    void pubsubShowsItsEventsMeshesAndScores() throws IOException {
        HostBuilder builder = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0").with(GossipSub.create());
        MetricsServer meters = MetricsServer.install(
                builder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(), MetricsLimits.DEFAULT);
        try (Host speaker = builder.start();
                Host listener = Libp2p.host().with(GossipSub.create()).start()) {
            GossipSub.on(listener).subscribe("news", message -> {});
            GossipSub.on(speaker).subscribe("news", message -> {});
            listener.connect(PeerAddress.of(speaker.peerId(), speaker.addresses()));
            GossipSub.on(speaker)
                    .publish("news", new byte[1], 1, Deadline.after(speaker.environment(), Duration.ofMinutes(1)));
            try (InputStream body =
                    URI.create(meters.url() + "/metrics").toURL().openStream()) {
                assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                        .contains("libp2p_pubsub_events_total{kind=\"published\"} 1.0")
                        .contains("libp2p_pubsub_peers 1.0")
                        .contains("libp2p_pubsub_topic_peers{topic=\"news\"} 1.0")
                        .contains("libp2p_pubsub_mesh_peers{topic=\"news\"}")
                        .contains("libp2p_pubsub_score{of=\"lowest\"}")
                        .contains("libp2p_pubsub_score{of=\"negative.peers\"} 0.0");
            }
        }
    }

    @Test
    void holePunchingShowsItsAttempts() throws IOException {
        HostBuilder builder = Libp2p.host().with(Nat.create());
        MetricsServer meters = MetricsServer.install(
                builder, new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), List.of(), MetricsLimits.DEFAULT);
        try (Host _ = builder.start();
                InputStream body = URI.create(meters.url() + "/metrics").toURL().openStream()) {
            assertThat(new String(body.readAllBytes(), StandardCharsets.UTF_8))
                    .contains("libp2p_holepunch_attempts_total{result=\"connected\",via=\"punch\"} 0.0")
                    .contains("libp2p_holepunch_attempts_total{result=\"failed\",via=\"reversal\"} 0.0");
        }
    }

    @Test
    void everyScrapeShowsWhatIsTrueThen() throws IOException {
        String used = "libp2p_rcmgr_used{resource=\"connectionsInbound\",scope=\"system\"} ";
        assertThat(get("/metrics")).contains(used + "1.0");
        try (Host second = Libp2p.host().start()) {
            Ping.once(second, PeerAddress.of(host.peerId(), host.addresses()));
            assertThat(get("/metrics")).contains(used + "2.0").contains("libp2p_swarm_connections 2.0");
        }
    }

    @Test
    void otherPathsAndMethodsAreRefused() throws IOException {
        assertThat(request("/metrics/more").getResponseCode()).isEqualTo(404);
        assertThat(request("/").getResponseCode()).isEqualTo(404);
        HttpURLConnection post = request("/metrics");
        post.setRequestMethod("POST");
        assertThat(post.getResponseCode()).isEqualTo(405);
    }

    private String statusFor(String hostHeader) throws IOException {
        URI url = URI.create(server.url());
        try (Socket socket = new Socket(url.getHost(), url.getPort())) {
            String request = "GET /metrics HTTP/1.1\r\n" + hostHeader + "Connection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            byte[] answer = socket.getInputStream().readAllBytes();
            return new String(answer, StandardCharsets.US_ASCII)
                    .lines()
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A page whose name its owner lets point here could else read what the node does (DNS rebinding). */
    @Test
    void aRequestForAnotherNameIsRefused() throws IOException {
        for (String meant :
                List.of("127.0.0.1:9464", "127.0.0.1", "localhost:1", "LOCALHOST", "[::1]:9464", "node.example:1")) {
            assertThat(statusFor("Host: " + meant + "\r\n")).as(meant).contains(" 200 ");
        }
        for (String other : List.of("evil.example", "evil.example:9464", "127.0.0.1.evil.example", "192.0.2.1")) {
            assertThat(statusFor("Host: " + other + "\r\n")).as(other).contains(" 403 ");
        }
        // RFC 9112, section 3.2: no Host, or one that is none
        for (String malformed : List.of("", "Host: \r\n", "Host: [::1].evil.example\r\n")) {
            assertThat(statusFor(malformed)).as(malformed).contains(" 400 ");
        }
    }
}
