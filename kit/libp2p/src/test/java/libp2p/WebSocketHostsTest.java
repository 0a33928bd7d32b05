package libp2p;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import libp2p.core.connection.DialException;
import libp2p.core.environment.Deadline;
import libp2p.core.environment.TcpChannel;
import libp2p.core.host.Host;
import libp2p.core.host.PeerAddress;
import libp2p.core.resource.ScopeUsage;
import libp2p.multiformats.multiaddr.Multiaddr;
import libp2p.protocols.perf.Perf;
import libp2p.protocols.ping.Ping;
import libp2p.simulator.SimulatedEnvironment;
import libp2p.simulator.Simulation;
import libp2p.swarm.dial.AddressResolver;
import libp2p.swarm.limits.ResolveLimits;
import libp2p.transports.tcp.SharedTcpPorts;
import libp2p.transports.websocket.WebSocketTransport;
import libp2p.transports.websocket.tls.TlsTrust;
import org.junit.jupiter.api.Test;

/** Whole hosts over WebSocket, and the port that it shares with TCP and TLS. */
class WebSocketHostsTest {
    private static final WebSocketTransport.Options INSECURE =
            WebSocketTransport.Options.DEFAULT.withTrust(TlsTrust.insecure());
    private static final InetSocketAddress PORT = new InetSocketAddress(InetAddress.ofLiteral("10.0.0.1"), 4001);

    @Test
    void wholeHostsTalkOverWebSocketWithAndWithoutTls() throws IOException {
        for (String suffix : List.of("/ws", "/tls/ws", "/wss", "/tls/sni/peer.example/ws")) {
            for (String security : List.of("noise", "tls")) {
                try (Host server = Libp2p.host()
                                .listen("/ip4/127.0.0.1/tcp/0" + suffix)
                                .security(security)
                                .with(new Perf())
                                .start();
                        Host client = Libp2p.host().webSocket(INSECURE).start()) {
                    PeerAddress address = PeerAddress.of(server.peerId(), server.addresses());
                    assertThat(address.addresses().getFirst().toString()).endsWith(suffix);
                    assertThat(Ping.once(client, address)).isPositive();
                    Perf.Result result = Perf.measure(client, address, 500_000, 500_001);
                    assertThat(result.downloadBytes()).isEqualTo(500_001);
                    assertThat(client.connections().getFirst().state().transport())
                            .isEqualTo(suffix.equals("/ws") ? "ws" : "wss");
                }
            }
        }
    }

    @Test
    void aCertificateThatNoAuthoritySignedIsRefusedUnlessAskedFor() throws IOException {
        try (Host server = Libp2p.host().listen("/ip4/127.0.0.1/tcp/0/tls/ws").start();
                Host client = Libp2p.host().start()) {
            assertThatThrownBy(() -> client.connect(PeerAddress.of(server.peerId(), server.addresses())))
                    .isInstanceOf(DialException.class)
                    .hasStackTraceContaining("certification path");
        }
    }

    @Test
    void theNameThatIsLookedUpIsKeptForTlsAlsoBehindDnsaddr() {
        Simulation.run(1, simulation -> {
            SimulatedEnvironment environment = simulation.host("dialer");
            simulation
                    .network()
                    .names()
                    .addresses("ws.example", "10.0.0.9")
                    .texts("_dnsaddr.boot.example", "dnsaddr=/dns4/ws.example/tcp/443/tls/ws");
            WebSocketTransport transport =
                    new WebSocketTransport(environment, null, WebSocketTransport.Options.DEFAULT, new SharedTcpPorts());
            AddressResolver resolver = AddressResolver.of(environment, List.of(transport), ResolveLimits.DEFAULT);
            for (String name : List.of(
                    "/dnsaddr/boot.example", "/dns4/ws.example/tcp/443/tls/ws", "/dns/ws.example/tcp/443/wss")) {
                assertThat(resolver.resolve(Multiaddr.parse(name), null, Deadline.NONE))
                        .containsExactly(Multiaddr.parse("/ip4/10.0.0.9/tcp/443/tls/sni/ws.example/ws"));
            }
        });
    }

    private static Host shared(SimulatedEnvironment environment) throws IOException {
        String port = "/ip4/10.0.0.1/tcp/4001";
        return Libp2p.host()
                .environment(environment)
                .listen(port, port + "/ws", port + "/tls/ws")
                .start();
    }

    private static TcpChannel connect(SimulatedEnvironment from) throws IOException {
        return from.network().connectTcp(null, PORT, Deadline.NONE);
    }

    private static String readToTheEnd(TcpChannel channel) {
        ByteBuffer got = ByteBuffer.allocate(10_000);
        try {
            while (channel.read(got) >= 0) {}
        } catch (IOException reset) {
            // as good an end as any
        }
        return new String(got.array(), 0, got.position(), US_ASCII);
    }

    @Test
    void onePortServesTcpWebSocketAndTlsWhileOthersStaySilent() {
        Simulation.run(1, simulation -> {
            Host server = shared(simulation.host("server", "10.0.0.1"));
            SimulatedEnvironment strangers = simulation.host("strangers", "10.0.0.3");
            List<TcpChannel> silent = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                silent.add(connect(strangers));
            }
            for (Multiaddr address : server.addresses()) {
                Host client = Libp2p.host()
                        .environment(simulation.host(
                                "client " + address,
                                "10.0.1." + (1 + server.addresses().indexOf(address))))
                        .webSocket(INSECURE)
                        .start();
                PeerAddress target = PeerAddress.of(server.peerId(), List.of(address));
                assertThat(Ping.once(client, target)).isPositive();
                assertThat(client.connections().getFirst().remoteAddress()).isEqualTo(address);
                client.close();
            }
            Duration connected = simulation.elapsed();
            for (TcpChannel channel : silent) {
                assertThat(readToTheEnd(channel)).isEmpty();
            }
            assertThat(simulation.elapsed().minus(connected)).isLessThan(Duration.ofSeconds(6));
            server.close();
            assertThat(server.resourceManager().system().usage()).isEqualTo(ScopeUsage.EMPTY);
        });
    }

    @Test
    void slowFirstBytesAreStillToldApart() {
        Simulation.run(1, simulation -> {
            Host server = shared(simulation.host("server", "10.0.0.1"));
            TcpChannel channel = connect(simulation.host("client", "10.0.0.2"));
            String request = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
            for (byte b : request.getBytes(US_ASCII)) {
                channel.write(ByteBuffer.wrap(new byte[] {b}));
                simulation.sleep(Duration.ofMillis(100));
            }
            assertThat(readToTheEnd(channel)).startsWith("HTTP/1.1 404 Not Found\r\n");
            server.close();
        });
    }

    @Test
    void aClientThatDripsItsRequestIsCutOff() {
        Simulation.run(1, simulation -> {
            Host server = shared(simulation.host("server", "10.0.0.1"));
            TcpChannel channel = connect(simulation.host("client", "10.0.0.2"));
            channel.write(ByteBuffer.wrap("GET / HTTP/1.1\r\nX: ".getBytes(US_ASCII)));
            Duration start = simulation.elapsed();
            assertThatThrownBy(() -> {
                        while (true) {
                            channel.write(ByteBuffer.wrap(new byte[] {'x'}));
                            simulation.sleep(Duration.ofSeconds(1));
                        }
                    })
                    .isInstanceOf(IOException.class);
            assertThat(simulation.elapsed().minus(start)).isLessThan(Duration.ofSeconds(18));
            server.close();
        });
    }
}
